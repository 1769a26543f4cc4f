/** The database servers that a lab can run on. */
export const serverNames = ["mariadb", "mysql"] as const;
export type ServerName = (typeof serverNames)[number];

/** Whether there is a server of that name. */
export function isServerName(text: string): text is ServerName {
  return serverNames.some((name) => name === text);
}
