/** The text that is hashed, and a head as it is printed: both are kept for ever, in journals and on paper. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formatHead, genesisOf, hashFields, parseHead, sha256 } from "../../src/journal/chain.ts";

const hashOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

describe("what is hashed", () => {
  it("is each field with its kind, and its length in bytes where it has one", () => {
    const fields = ["é:", 5, -7n, null, new Uint8Array([10, 255]), ""];
    expect(hashFields(fields).toString("hex")).toBe(hashOf("handrail1t3:é:i5;i-7;nb2:0afft0:"));
    expect(hashFields([]).toString("hex")).toBe(hashOf("handrail1"));
  });

  it("is another text when a character moves to the next field, or a field is of another kind", () => {
    const variants = [["ab", "c"], ["a", "bc"], ["abc"], ["5"], [5], [Buffer.from("5")], [null], [""], ["n"]];
    expect(new Set(variants.map((fields) => hashFields(fields).toString("hex"))).size).toBe(variants.length);
  });

  it("is a digest of the very bytes, of text and of bytes", () => {
    expect(sha256("é").toString("hex")).toBe(hashOf("é"));
    expect(sha256(new Uint8Array([0, 255])).toString("hex")).toBe(hashOf(new Uint8Array([0, 255])));
  });
});

describe("the identity of a journal", () => {
  it("is of all its entries, in whatever order they are stored, but not of the note of itself", () => {
    const entries: [string, string][] = [
      ["salt", "s"],
      ["created", "c"],
    ];
    const genesis = genesisOf(new Map(entries)).toString("hex");
    expect(genesis).toBe(hashOf("handrail1t7:createdt1:ct4:saltt1:s"));
    expect(genesisOf(new Map([...entries].reverse())).toString("hex")).toBe(genesis);
    expect(genesisOf(new Map([...entries, ["genesis", "x"]])).toString("hex")).toBe(genesis);
    expect(genesisOf(new Map([...entries, ["x", "y"]])).toString("hex")).not.toBe(genesis);
  });
});

describe("a printed head", () => {
  const hash = "0123456789abcdef".repeat(4);
  it("is read as it was printed, blanks around it or not", () => {
    for (const seq of [1, 10, 999_999_999_999_999]) {
      expect(formatHead({ seq, hash })).toBe(`${seq}:${hash}`);
      expect(parseHead(` ${seq}:${hash}\n`)).toEqual({ seq, hash });
    }
  });

  it.each([
    "",
    `0:${hash}`,
    `01:${hash}`,
    `-1:${hash}`,
    `1000000000000000:${hash}`,
    `1:${hash.slice(1)}`,
    `1:${hash}0`,
    `x1:${hash}`,
    `1:${hash.toUpperCase()}`,
    `1 ${hash}`,
    hash,
  ])("%j is none", (text) => expect(parseHead(text)).toBeNull());
});
