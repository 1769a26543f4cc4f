/** Every character set of MariaDB 10.11, with bytes that each of them holds, and bytes that no way through UTF-8 brings back. */
import type { Draw } from "./draw.ts";

/** Bytes that UTF-8 can carry; behind the bar those that it cannot. */
const BYTES: Readonly<Record<string, string>> = {
  big5: "f9a1 a4a4 | a240 f9e2",
  dec8: "e9 fc | a4 fe",
  cp850: "82 fe",
  hp8: "c5 fc | ff",
  koi8r: "d1 fe",
  latin1: "e9 81 ff",
  latin2: "b1 ff",
  swe7: "7b 7d | 7f fe",
  ascii: "7e 7c | 80 ff",
  ujis: "a4a2 fef0 | a1c0 f4e2",
  sjis: "82a0 ea5f | 81b2 fce2",
  hebrew: "e0 fa | a1 ff",
  tis620: "a1 fb | db fe",
  euckr: "b0a1 fdf0 | a2f0 fee2",
  koi8u: "d1 ff",
  gb2312: "d6d0 f7f0 | a2a1 afe2",
  greek: "e1 fe | a4 ff",
  cp1250: "e9 ff | 81 98",
  gbk: "d6d0 fe45 | a140 fee2",
  latin5: "e9 ff",
  armscii8: "b3 fe | a4 ff",
  utf8mb3: "c3a9 e697a5",
  ucs2: "00e9 d800 ffff",
  cp866: "8f ff",
  keybcs2: "82 fe",
  macce: "8e ff",
  macroman: "8e ff",
  cp852: "82 ff",
  latin7: "e9 ff",
  utf8mb4: "c3a9 e697a5 f09f9880",
  cp1251: "ff e9 | 98",
  utf16: "00e9 d83dde00",
  utf16le: "e900 3dd800de",
  cp1256: "e9 fe | 8a ff",
  cp1257: "e9 ff | 81 a5",
  utf32: "000000e9 0001f600",
  binary: "61 7f | 80 ff",
  geostd8: "e4 fd | 81 ff",
  cp932: "82a0 fc45 81ca | 8790 81b2 fce2",
  eucjpms: "a4a2 fef0 | a2b2 f4e2",
};

export const CHARSETS: readonly string[] = Object.keys(BYTES);

const SAMPLES = ["a", "A", "x ", "", "0", "1abc", "'' quoted", ":name"] as const;

/** A text in a character set, as an expression. Now and then its bytes are none that a client could send as UTF-8. */
export function textIn(draw: Draw, charset: string): string {
  if (draw.once(2)) return `CONVERT('${draw.pick(SAMPLES)}' USING ${charset})`;
  const [whole = "", torn = whole] = (BYTES[charset] ?? "").split(" | ");
  const bytes = draw.pick((draw.once(5) ? torn : whole).split(" "));
  return `CONVERT(x'${bytes}' USING ${charset})`;
}
