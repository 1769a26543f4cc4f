/** The programs that a site lets runbooks start: whether they are there, can be started, and are nobody else's to change. */
import { accessSync, constants, statSync } from "node:fs";
import type { CoreSite } from "../../../connections/site.ts";
import type { AllowedProgram } from "../../../ports/program.ts";
import { programsOf } from "../../../connections/site.ts";
import { distrustOf } from "../../../files/trust.ts";
import { fileTrouble } from "../../../files/trouble.ts";
import { about, type Finding } from "../../../packs/finding.ts";

/** Looks at every program of a site; none is started. */
export const programs = (site: CoreSite): Finding[] =>
  programsOf(site).flatMap(({ name, programs: list }) => list.map((program) => lookAt(name, program)));

function lookAt(name: string, { path, isRead }: AllowedProgram): Finding {
  const subject = about(`${name} program`);
  const trouble = troubleOf(path);
  if (trouble !== null)
    return subject.broken(`${path} ${trouble}`, `mend it, or take it out of the connection ${name}`);
  return subject.ok(`${path} can be started${isRead ? "; the site says that it only looks" : ""}`);
}

function troubleOf(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return "is no file";
    accessSync(path, constants.X_OK);
  } catch (error) {
    return `cannot be started: ${fileTrouble(error)}`;
  }
  const reason = distrustOf(path);
  return reason === null ? null : `is not to be trusted: ${reason}`;
}
