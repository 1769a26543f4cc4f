/** The version of this Handrail, as in package.json; a test keeps them the same. */
export const VERSION = "0.2.0";

/** Commit and day of what was built; empty where that is not known. Undefined when run from source. */
declare const HANDRAIL_COMMIT: string | undefined;

const builtFrom = (): string => (typeof HANDRAIL_COMMIT === "string" ? HANDRAIL_COMMIT : "");

/** What `--version` says: `0.2.0 (e2d27cf181ed, 2026-11-27)`, or the version alone. */
export const fullVersion = (commit = builtFrom()): string => (commit === "" ? VERSION : `${VERSION} (${commit})`);
