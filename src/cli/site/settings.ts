/** What the configuration says besides its sites: the endpoint and where notices go. Secrets are resolved here. */
import * as z from "zod";
import { baseUrl } from "../../connections/base-url.ts";
import { fitSchema, misfitLines } from "../../text/misfits.ts";
import { Secret } from "../../text/secret.ts";
import type { Values } from "../command.ts";
import { configIfAny, resolveSecrets } from "./config.ts";
import { EXIT } from "../../engine/exit.ts";
import { Stop, type Io } from "../io.ts";

/** Short secrets can be guessed; both of ours are made by a machine anyway. */
const LEAST = 16;

const secret = (name: string) =>
  z
    .string()
    .min(LEAST, `needs at least ${LEAST} characters`)
    .transform((value) => new Secret(name, value));

const serve = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(8083),
  /** Said by whoever knows that something in front of it keeps strangers away. */
  allow_remote: z.boolean().default(false),
  token: secret("serve-token"),
  standing_grants: z.array(z.string().min(1)).default([]),
  /** Runs carried out at the same time; each needs up to three connections to the database. */
  max_runs: z.int().min(1).max(64).default(8),
  /** So many more may wait for their turn; who comes then is told to come again. */
  max_waiting: z.int().min(0).max(10_000).default(200),
  rate: z
    .strictObject({ burst: z.int().min(1).max(100_000), per_second: z.number().positive().max(10_000) })
    .default({ burst: 2_000, per_second: 50 }),
});

const notice = z.strictObject({
  url: z.string().refine((text) => baseUrl(text).ok, "is no URL that can be used"),
  secret: secret("notice-secret"),
});

/** What the configuration says besides its sites. */
export const settings = z.object({ serve: serve.optional(), notice: notice.optional() });

export type ServeSettings = z.output<typeof serve>;
export type NoticeTo = z.output<typeof notice>;

export interface Settings {
  readonly serve: ServeSettings | null;
  readonly notice: NoticeTo | null;
  /** For the redactor. */
  readonly secrets: readonly Secret[];
}

/** Reads the settings in force. A lab has some only when a configuration is named, so that a try-out wakes nobody. */
export async function settingsOf(values: Values, env: Io["env"]): Promise<Settings> {
  const config = await configIfAny(values, env);
  if (config === null) return { serve: null, notice: null, secrets: [] };
  const raw = config as unknown as Record<string, unknown>;
  const parts = { serve: raw["serve"], notice: raw["notice"] };
  const read = fitSchema(settings, resolveSecrets(parts, env, config.path));
  if ("misfits" in read) {
    const lines = misfitLines(read.misfits, "configuration").map((line) => `  ${line}`);
    throw new Stop(EXIT.badFile, `${config.path}:\n${lines.join("\n")}`);
  }
  const { serve: forServe = null, notice: to = null } = read.data;
  const secrets = [forServe?.token, to?.secret].filter((value) => value !== undefined);
  return { serve: forServe, notice: to, secrets };
}
