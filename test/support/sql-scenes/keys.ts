/** Keys of every type, and values for them that lie close together where a careless comparison takes them for one. */
import { CHARSETS } from "./charsets.ts";
import type { Draw } from "./draw.ts";
import { utcText, type Flavour } from "./flavours.ts";

export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

export interface Key {
  readonly columns: readonly KeyColumn[];
  /** The values of the n-th row's key, as SQL; they grow with n where the type has an order that is not the text's. */
  readonly values: (n: number) => readonly string[];
  /** What a statement may give the first column instead, row by row, and still have every key once. */
  readonly moves: readonly string[];
}

const single = (type: string, value: (n: number) => string, ...moves: readonly string[]): Key => ({
  columns: [{ name: "id", type }],
  values: (n) => [value(n)],
  moves,
});

const twoDigits = (n: number): string => String(n).padStart(2, "0");
const byte = (n: number): string => n.toString(16).padStart(2, "0");
const BEYOND = 9007199254740992n;

/** Instants that a clock on the wall shows twice: every second one is the repetition of the one before. */
const repeated =
  ({ fallsBack, repeatS }: Flavour) =>
  (n: number): string =>
    `'${utcText(fallsBack - repeatS + (n >> 1) * 60 + (n % 2) * repeatS)}.${String(n).padStart(6, "0")}'`;

const AUTOMATIC = single("INT AUTO_INCREMENT", (n) => String(n + 1), "id + 1000", "id + 1", "id - 1");

const SINGLES = (flavour: Flavour): readonly Key[] => [
  single("INT", (n) => String(n % 2 === 0 ? n + 1 : -n), "id + 10", "-id", "id + 1"),
  single("BIGINT UNSIGNED", (n) => String(18446744073709551615n - BigInt(n)), "id - 100"),
  single("BIGINT", (n) => String(BEYOND + BigInt(n)), "id + 10", "id + 1"),
  single("DECIMAL(20,0)", (n) => String(BEYOND * 10n + BigInt(n)), "id + 10"),
  single("DECIMAL(30,4)", (n) => `12345678901234567890.${String(n).padStart(4, "0")}`, "id + 0.01"),
  single("BIT(64)", (n) => `x'80000000000000${byte(n)}'`),
  single("VARCHAR(64)", (n) => `'key ${n} ü'`, "CONCAT(id, '!')"),
  single("VARCHAR(64)", (n) => `'${BEYOND + BigInt(n)}'`, "CONCAT('x', id)"),
  single("VARCHAR(30) COLLATE utf8mb4_bin", (n) => (n % 2 === 0 ? `'k${n >> 1}'` : `'K${n >> 1}'`), "CONCAT(id, ' ')"),
  single("VARCHAR(30) CHARACTER SET latin1", (n) => `'k${n}é'`, "CONCAT(id, 'é')"),
  single("VARCHAR(20) CHARACTER SET sjis", (n) => `'表${n}ｱ'`, "CONCAT('x', id)"),
  single("CHAR(12) CHARACTER SET ucs2", (n) => `'u${n}ж'`, "CONCAT('x', id)"),
  single("VARCHAR(12) CHARACTER SET cp932", (n) => `CONVERT(x'8790${byte(n + 0x30)}' USING cp932)`),
  single("BINARY(4)", (n) => `x'00ff27${byte(n)}'`),
  single("VARBINARY(8)", (n) => (n % 2 === 0 ? `x'61${byte(n)}'` : `x'61${byte(n - 1)}00'`)),
  single("TIME", (n) => `'${twoDigits(n % 24)}:${twoDigits(n % 60)}:01'`),
  single("TIME(3)", (n) => `'-${twoDigits(n)}:00:00.${String(n).padStart(3, "0")}'`),
  single("DATE", (n) => `DATE '2024-01-01' + INTERVAL ${n} DAY`, "id + INTERVAL 1 YEAR"),
  single("DATETIME(6)", (n) => `'2024-01-01 00:00:00.${String(n).padStart(6, "0")}'`, "id + INTERVAL 1 DAY"),
  single("TIMESTAMP(6)", repeated(flavour)),
  single("UUID", (n) => `'72ad283d-e614-11f1-9fb0-02fc0000${n.toString(16).padStart(4, "0")}'`),
  single("INET6", (n) => `'2001:db8::${n + 1}'`),
  single("ENUM('a','b','c','d','e','f','g','h','i','j','k','l','m','n','o','p','q','r')", (n) => String((n % 18) + 1)),
  single("DOUBLE", (n) => `${n + 1}.1`),
  single("FLOAT", (n) => `${n + 1}.1`),
  single("YEAR", (n) => String(2000 + n), "id + 50"),
];

const PAIRS = (flavour: Flavour): readonly Key[] => {
  const pair = (a: string, b: string, values: Key["values"], ...moves: readonly string[]): Key => ({
    columns: [
      { name: "id", type: a },
      { name: "part", type: b },
    ],
    values,
    moves,
  });
  return [
    pair("INT", "VARCHAR(20)", (n) => [String(n >> 1), n % 2 === 0 ? "'a'" : "'b x'"], "id + 10", "id + 1"),
    pair("BIGINT UNSIGNED", "TIME", (n) => [String(BEYOND + BigInt(n >> 1)), `'0${n % 2}:00:00'`]),
    pair("VARCHAR(20) CHARACTER SET sjis", "BINARY(2)", (n) => [`'表${n >> 1}'`, `x'00${byte(n)}'`]),
    pair("TIMESTAMP(6)", "INT", (n) => [repeated(flavour)(n), String(n)]),
    pair("DATE", "VARCHAR(10) COLLATE utf8mb4_bin", (n) => ["'2024-02-29'", n % 2 === 0 ? `'a${n}'` : `'A${n - 1}'`]),
  ];
};

/** A key of some type; every fifth has two columns. */
export function drawKey(draw: Draw, flavour: Flavour): Key {
  if (draw.once(8)) return AUTOMATIC;
  if (draw.once(12))
    return single(`VARCHAR(20) CHARACTER SET ${draw.pick(CHARSETS)}`, (n) => `'k${n}'`, "CONCAT('x', id)");
  return draw.pick(draw.once(5) ? PAIRS(flavour) : SINGLES(flavour));
}

/** A column that can hold the same values, and NULL. */
export const referring = (name: string, { type }: KeyColumn): string =>
  `${name} ${type.replace(" AUTO_INCREMENT", "")} NULL DEFAULT NULL`;
