/** A site of the appliance: its database, daemons and CloudStack. */
import * as z from "zod";
import {
  bannersOf as commonBanners,
  secret,
  secretsOf as commonSecrets,
  siteFields,
  siteParser,
  url,
} from "../../connections/site.ts";
import type { Secret } from "../../text/secret.ts";

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

/** Every secret of a site, for the redactor. CloudStack's keys come later where the appliance holds them. */
export function secretsOf(site: ApplianceSite): Secret[] {
  const { cloudstack } = site;
  return [...commonSecrets(site), ...("from" in cloudstack ? [] : [cloudstack.api_key, cloudstack.secret_key])];
}

/** What the operator must keep seeing about this site: lab time, and connections that nobody verifies. */
export const bannersOf = (site: ApplianceSite): string[] => [
  ...commonBanners(site),
  ...(site.lab === null ? cloudBanners(site.cloudstack) : []),
];

function cloudBanners(cloud: ApplianceSite["cloudstack"]): string[] {
  if ("from" in cloud)
    return ["CloudStack is reached as the appliance is set up: over plain HTTP, or without verifying a certificate."];
  if (cloud.url.startsWith("http:")) return ["CloudStack is reached over plain HTTP."];
  return cloud.tls === "off" ? ["CloudStack's certificate is not verified."] : [];
}
