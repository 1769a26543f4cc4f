/** Follows a run into the appliance's own JobLog, over a connection of its own. It never holds the recovery up. */
import { err, ok } from "../../../ports/result.ts";
import { type JobLogPort } from "./joblog/entry.ts";
import { statementsOf } from "./joblog/statements.ts";
import { tagText } from "../../../connections/mysql/tag.ts";
import { failureOf } from "../../../connections/mysql/trouble.ts";
import type { Writer } from "../../../connections/mysql/writer.ts";

/** Makes the follower over a writer that nobody else uses; a lost connection is replaced at the next entry. */
export function jobLogPort(writer: Writer, redact: (text: string) => string): JobLogPort {
  return {
    mirror: async (entry) => {
      const tag = `/* handrail joblog run=${tagText(entry.run_id)} */`;
      try {
        await writer.alone(async (session) => {
          for (const { sql, values } of statementsOf(entry))
            await session.run(`${tag} ${sql}`, values, { again: true });
        });
        return ok(undefined);
      } catch (error) {
        return err(failureOf(error, "Writing to the appliance's JobLog", redact));
      }
    },
  };
}
