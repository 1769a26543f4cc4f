/** The database servers that a lab can run on. */
export const serverNames = ["mariadb", "mysql"] as const;
export type ServerName = (typeof serverNames)[number];

/** Whether there is a server of that name. */
export function isServerName(text: string): text is ServerName {
  return serverNames.some((name) => name === text);
}

/** The server of a new lab that nobody chose one for. */
export function defaultServer(env: NodeJS.ProcessEnv = process.env): ServerName {
  const name = env["HANDRAIL_LAB_SERVER"] || "mariadb";
  if (isServerName(name)) return name;
  throw new Error(`HANDRAIL_LAB_SERVER is ${name}, but a lab runs on ${serverNames.join(" or ")}`);
}
