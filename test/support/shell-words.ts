/** The words of a plain command line as a POSIX shell reads them: quotes of both kinds, no expansion. */
export function shellWords(line: string): string[] {
  const parts = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/gu) ?? [];
  return parts.map((part) =>
    part.replaceAll(/'([^']*)'|"([^"]*)"/gu, (_, single?: string, double?: string) => single ?? double ?? ""),
  );
}
