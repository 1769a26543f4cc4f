/** What a site of the appliance says: its database, daemons and CloudStack. */
import * as z from "zod";
import { mysql, secret, siteFields, siteParser, url } from "../../connections/site-schema.ts";

const cloudstack = z.union([
  z.strictObject({ from: z.literal("appliance") }),
  z.strictObject({
    url,
    api_key: secret("cloudstack-api-key"),
    secret_key: secret("cloudstack-secret-key"),
    /** `off` accepts any certificate, as the appliance itself does. */
    tls: z.enum(["verify", "off"]).default("verify"),
  }),
]);

/** The two generations of the API. */
export const API_PROGRAMS: readonly string[] = ["oma-api", "sendense-hub"];

/** A site as the configuration and a lab write it. */
export const site = z.strictObject({
  ...siteFields,
  /** The product's own name may be said; its connections say it, too. */
  pack: z.literal("appliance").optional(),
  mysql,
  volume_daemon: z.strictObject({ url }),
  cloudstack,
  oma_api: z.strictObject({
    url,
    pid_file: z.string().min(1).optional(),
    process_names: z
      .array(z.string().min(1))
      .min(1)
      .default([...API_PROGRAMS]),
  }),
});

export type ApplianceSite = z.output<typeof site>;

/** One line for each thing that is wrong with a site. */
export const parseSite = siteParser(site);
