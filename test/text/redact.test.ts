import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRedactor } from "../../src/text/redact.ts";

const secrets = [
  { name: "db", value: "oma_p@ss'w\"ord/ü+1" },
  {
    name: "cloudstack.key",
    value: "plgWJfZK4gyS3mOMTVmjUVg-X-jlWlnfaUJ9GAbBbf9EdM-kAYMmAiLqzzq1ElZLYq_u38zCm0bewzGUdP66mg",
  },
  { name: "short", value: "abc" },
  { name: "inner", value: "secret" },
];
const redactor = makeRedactor({ secrets, salt: "salt" });
const plain = makeRedactor({ secrets: [], salt: "salt" });

describe("known secrets", () => {
  const value = secrets[0]?.value ?? "";
  it.each([
    ["as they are", value],
    ["as base64", Buffer.from(value).toString("base64")],
    ["as base64 behind a user", Buffer.from(`oma_user:${value}`).toString("base64")],
    ["as base64 behind a longer user", Buffer.from(`oma_user1:${value}@x`).toString("base64")],
    ["as base64url", Buffer.from(value).toString("base64url")],
    ["URL-encoded", encodeURIComponent(value)],
    ["URL-encoded in small letters", encodeURIComponent(value).replaceAll(/%../g, (hex) => hex.toLowerCase())],
    ["form-encoded", new URLSearchParams({ v: value }).toString().slice(2)],
    ["URL-encoded twice", encodeURIComponent(encodeURIComponent(value))],
    ["in JSON", JSON.stringify({ v: value })],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ v: value }))],
    ["in an SQL string", value.replaceAll("'", "''")],
    ["in hexadecimal", Buffer.from(value).toString("hex")],
  ])("are found %s", (_, shape) => {
    const out = redactor.redact(`before ${shape} after`);
    expect(out).toMatch(/‹secret:db [0-9a-f]{8}›/);
    for (const part of ["oma_p", "ord/", "w%22ord", "ord%2F", shape]) expect(out).not.toContain(part);
    expect(out.startsWith("before ") && out.endsWith(" after")).toBe(true);
  });

  it("leaves no rest of two that overlap", () => {
    const both = makeRedactor({
      secrets: [
        { name: "a", value: "abcdef" },
        { name: "b", value: "defghi" },
      ],
      salt: "",
    });
    expect(both.redact("xabcdefghix")).toMatch(/^x‹secret:a [0-9a-f]{8}›x$/);
  });

  it("says which are too short to be looked for", () => {
    expect(redactor.tooShort).toEqual(["short"]);
    expect(redactor.redact("abc")).toBe("abc");
  });

  it("is not fooled by text that looks like one of its tokens", () => {
    expect(redactor.redact("‹secret:secret 12345678›")).not.toContain(":secret ");
  });

  it("gives another journal other digits", () => {
    const other = makeRedactor({ secrets, salt: "other" });
    expect(other.redact(value)).not.toBe(redactor.redact(value));
  });
});

describe("what looks like a secret", () => {
  it.each([
    ["mysql://oma_user:hunter2@localhost/db", "mysql://‹redacted:userinfo›@localhost/db"],
    ["https://a:b@c:p@host/x", "https://‹redacted:userinfo›@host/x"],
    ["http://u:hun/ter2@host:80/", "http://‹redacted:userinfo›@host:80/"],
    ["http://localhost:8090/api/v1/volumes?x=a@b", "http://localhost:8090/api/v1/volumes?x=a@b"],
    [
      "failed: http://cs/client/api?apikey=AbC-1_x&command=listVolumes&signature=q%2Bz%3D",
      "failed: http://cs/client/api?apikey=‹redacted:password›&command=listVolumes&signature=‹redacted:password›",
    ],
    [
      "url=http%3A%2F%2Fcs%3Fapikey%3DAbC%26command%3Dx",
      "url=http%3A%2F%2Fcs%3Fapikey%3D‹redacted:password›%26command%3Dx",
    ],
    ["secretkey=abc def", "secretkey=‹redacted:password› def"],
    ["Authorization: Bearer abc.def\nnext", "Authorization: ‹redacted:header›\nnext"],
    ['curl -H "Authorization: Basic dTpw" http://x', 'curl -H "Authorization: ‹redacted:header›" http://x'],
    ['Authorization: Digest username="u", response="0123"', "Authorization: ‹redacted:header›"],
    ["Set-Cookie: JSESSIONID=1; Path=/", "Set-Cookie: ‹redacted:header›"],
    ["sent Basic dXNlcjpwYXNz to it", "sent Basic ‹redacted:basic› to it"],
    ["Basic authentication failed", "Basic authentication failed"],
    ["password='it''s' x", "password='‹redacted:password›' x"],
    ['{"password":"p\\"q","user":"u"}', '{"password":"‹redacted:password›","user":"u"}'],
    ['"{\\"password\\":\\"pq\\",\\"user\\":1}"', '"{\\"password\\":\\"‹redacted:password›\\",\\"user\\":1}"'],
    ["password='open end", "password='‹redacted:password›"],
    [
      "Access denied for user 'x'@'localhost' (using password: YES)",
      "Access denied for user 'x'@'localhost' (using password: YES)",
    ],
    ["CREATE USER u IDENTIFIED BY 'p w'", "CREATE USER u IDENTIFIED BY '‹redacted:password›'"],
    [
      "GRANT x TO u IDENTIFIED VIA mysql_native_password USING PASSWORD('pw')",
      "GRANT x TO u IDENTIFIED VIA mysql_native_password USING PASSWORD('‹redacted:password›')",
    ],
    ["SET PASSWORD FOR u@h = 'pw'", "SET PASSWORD FOR u@h = '‹redacted:password›'"],
    ["mysql -u root -phunter2 migratekit", "mysql -u root -p‹redacted:password› migratekit"],
    ["mysql -u root -P3306 -p db; ssh -p22 h", "mysql -u root -P3306 -p db; ssh -p22 h"],
    ["MYSQL_PWD=hunter2 mysqldump", "MYSQL_PWD=‹redacted:password› mysqldump"],
    ["a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb", "a\n‹redacted:pem›\nb"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "‹redacted:pem›"],
    ["status = 'failed', step = 3, signature of 3 bytes", "status = 'failed', step = 3, signature of 3 bytes"],
  ])("%s", (input, output) => {
    expect(plain.redact(input)).toBe(output);
    expect(plain.redact(output)).toBe(output);
  });
});

describe("values", () => {
  it("hides by name, in keys, and in argument lists", () => {
    expect(
      redactor.redactJson({
        password: "x",
        db_password: 7,
        apiKey: "",
        [`k${secrets[3]?.value}`]: ["mysql", "-px", "plain"],
        deep: [{ note: "a secret here" }],
        none: null,
      }),
    ).toEqual({
      password: "‹redacted:password›",
      db_password: "‹redacted:password›",
      apiKey: "",
      [redactor.redact("ksecret")]: ["mysql", "-p‹redacted:password›", "plain"],
      deep: [{ note: redactor.redact("a secret here") }],
      none: null,
    });
  });

  it("loses no member when two keys become one, nor to a name of the prototype", () => {
    const value = JSON.parse('{"secret":1,"736563726574":2,"__proto__":{"x":3}}');
    expect(JSON.stringify(redactor.redactJson(value))).toMatch(/:1.*:2.*"__proto__":\{"x":3\}/);
  });
});

const canary = fc.constantFrom(...secrets.filter(({ name }) => name !== "short").map(({ value }) => value));
const shaped = canary.chain((value) =>
  fc.constantFrom(
    value,
    Buffer.from(value).toString("base64"),
    encodeURIComponent(value),
    JSON.stringify(value),
    Buffer.from(`u:${value}`).toString("base64"),
  ),
);
const lure = fc.constantFrom(
  "password=",
  "'",
  '"',
  "://",
  "@",
  " ",
  "\n",
  ":",
  "\\",
  "‹secret:db ",
  "›",
  "Authorization: ",
  "IDENTIFIED BY\n",
  "-----BEGIN X-----",
  "-----END X-----",
  "&apikey=",
  "‹redacted:password›",
  "a",
  "mysql -u x -p",
  "Basic ",
);
const document = fc.array(fc.oneof(shaped, lure, fc.string()), { maxLength: 14 }).map((parts) => parts.join(""));

describe("properties", () => {
  it("leaves no canary, and nothing to do a second time", () => {
    fc.assert(
      fc.property(document, (text) => {
        const out = redactor.redact(text);
        for (const { value } of secrets.slice(0, 2)) expect(out).not.toContain(value);
        expect(out.replaceAll(/‹secret:[^›]*›/g, "")).not.toContain("secret");
        expect(redactor.redact(out)).toBe(out);
      }),
      { numRuns: 4000 },
    );
  });

  it("leaves no canary however the text is cut into pieces", () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat(60), { maxLength: 20 }), fc.nat(3), (text, cuts, long) => {
        const stream = redactor.stream();
        const whole = long === 0 ? `${text}${"filler line\n".repeat(40)}${text}` : text;
        let [out, at] = ["", 0];
        for (const cut of cuts) {
          out += stream.push(whole.slice(at, at + cut));
          at += cut;
        }
        out += stream.push(whole.slice(at)) + stream.end();
        for (const { value } of secrets.slice(0, 2)) {
          expect(out).not.toContain(value);
          expect(out).not.toContain(Buffer.from(value).toString("base64").slice(0, -2));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("gives lines out as they become safe, and swallows an endless secret", () => {
    const stream = plain.stream();
    expect(stream.push("line one\n".repeat(100))).toContain("line one");
    let out = "";
    out += stream.push("-----BEGIN RSA PRIVATE KEY-----\n");
    for (let i = 0; i < 300; i += 1) out += stream.push("MIIEpAIBAAKCAQEA".repeat(64));
    out += stream.end();
    expect(out).not.toContain("MIIE");
    expect(out.endsWith("‹redacted:pem›")).toBe(true);
  });

  it("finds a password on the line after its keyword", () => {
    const stream = plain.stream();
    let out = "";
    for (const char of `${"x\n".repeat(300)}CREATE USER u IDENTIFIED BY\n'hunter2';\n${"y\n".repeat(300)}`)
      out += stream.push(char);
    expect(out + stream.end()).not.toContain("hunter2");
  });
});
