/** What is answered about the daemons of a site, and how it is written down. */
import type { Secret } from "../../../text/secret.ts";
import { askTls, urlProblem, type Prompt, type SourcedValue, type Setup, type SetupTrace } from "../../setup.ts";
import { cloud, daemon, DISKS, processes } from "../doctor.ts";
import type { ApplianceSite } from "../site.ts";
import { applianceHere } from "./machine.ts";

/** What is answered besides the database. */
export interface Answers {
  readonly daemon: string;
  readonly api: string;
  /** null: as the appliance has it in its own table. */
  readonly cloud: {
    readonly url: string;
    readonly key: SourcedValue;
    readonly secret: SourcedValue;
    readonly tls: "verify" | "off";
  } | null;
}

/** What is offered: the appliance's own settings, else what appliances have as a rule. */
function trace(): SetupTrace<Answers> {
  const appliance = applianceHere();
  const { database, port } = appliance ?? { database: {}, port: null };
  const names = Object.keys(database).join(", ") || "nothing of its database";
  return {
    line: ["the appliance", appliance === null ? "none is seen on this machine" : `${appliance.source} says ${names}`],
    database,
    rule: { database: "migratekit_oma", user: "oma_user" },
    answers: {
      daemon: "http://127.0.0.1:8090",
      api: `http://127.0.0.1:${port ?? "8082"}`,
      cloud: null,
    },
  };
}

async function askKeys(prompt: Prompt, answers: Answers): Promise<Answers> {
  const isOwn =
    (await prompt.choice("Address and keys: the appliance's own, or others", ["own", "others"])) === "others";
  if (!isOwn) return { ...answers, cloud: null };
  const url = await prompt.ask("Address", answers.cloud?.url, urlProblem);
  const key = await prompt.secret("API key", answers.cloud?.key ?? null);
  const secret = await prompt.secret("Secret key", answers.cloud?.secret ?? null);
  const tls = url.startsWith("https:") ? await askTls(prompt) : "verify";
  return { ...answers, cloud: { url, key, secret, tls } };
}

function settings({ daemon, api, cloud }: Answers, secret: (said: SourcedValue, name: string) => unknown) {
  return {
    volume_daemon: { url: daemon },
    oma_api: { url: api },
    cloudstack:
      cloud === null
        ? { from: "appliance" }
        : {
            url: cloud.url,
            api_key: secret(cloud.key, "cloudstack-api-key"),
            secret_key: secret(cloud.secret, "cloudstack-secret-key"),
            ...(cloud.tls === "off" ? { tls: "off" } : {}),
          },
  };
}

function present({ cloudstack, volume_daemon, oma_api }: ApplianceSite, source: string): Answers {
  const answerOf = (secret: Secret): SourcedValue => ({ value: secret.reveal(), source });
  return {
    daemon: volume_daemon.url,
    api: oma_api.url,
    cloud:
      "from" in cloudstack
        ? null
        : {
            url: cloudstack.url,
            key: answerOf(cloudstack.api_key),
            secret: answerOf(cloudstack.secret_key),
            tls: cloudstack.tls,
          },
  };
}

/** The questions about a site of the appliance. */
export const setup: Setup<ApplianceSite, Answers> = {
  siteName: "appliance",
  trace,
  parts: [
    {
      title: "Volume Daemon",
      ask: async (prompt, answers) => ({ ...answers, daemon: await prompt.ask("Address", answers.daemon, urlProblem) }),
      attempt: async (site, ports) => [await daemon(site, ports)],
    },
    {
      title: "API of the appliance (its process tells whether a failover is still alive)",
      ask: async (prompt, answers) => ({ ...answers, api: await prompt.ask("Address", answers.api, urlProblem) }),
      attempt: processes,
    },
    {
      title: "CloudStack",
      ask: askKeys,
      attempt: async (_site, ports) => [await cloud(ports)],
    },
  ],
  machineChecks: [DISKS],
  present,
  secrets: ({ cloud }) =>
    cloud === null ? {} : { "cloudstack-api-key": cloud.key.value, "cloudstack-secret-key": cloud.secret.value },
  settings,
  lasting: ["oma_api"],
};
