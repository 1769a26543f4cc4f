/** Our own questions to the catalogue: sent in one packet, the table's name as a hexadecimal literal. */
import type { Answer, Session } from "../session.ts";

/** Asks `sql`, in which `?` stands for the name. */
export function askCatalogue(session: Session, sql: string, name = ""): Promise<Answer> {
  const literal = `_utf8mb4 X'${Buffer.from(name, "utf8").toString("hex")}'`;
  return session.control(sql.replaceAll("?", () => literal));
}
