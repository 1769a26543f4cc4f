/** What of the appliance's tables MySQL writes in another way than MariaDB. */
const DIFFERENCES: readonly (readonly [inMariadb: RegExp, inMysql: string])[] = [
  // a default that is no literal stands in brackets
  [/\bdefault uuid\(\)/g, "default (uuid())"],
  // and a long text takes no literal for one
  [/\blongtext default ('[^']*')/g, "longtext default ($1)"],
  // MariaDB keeps a long text unique by a hash of its own; MySQL takes the beginning of it, here as long as Gorm makes it
  [/(\w+)\) using hash\b/g, "$1(191))"],
];

/** The appliance's tables in MySQL's words; everything else in them is the same in both. */
export function dialect(schema: string): string {
  return DIFFERENCES.reduce((text, [inMariadb, inMysql]) => text.replaceAll(inMariadb, inMysql), schema);
}
