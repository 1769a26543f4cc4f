/** A site of the appliance: what of it is secret, and what the operator must keep seeing. */
import { bannersOf as commonBanners, secretsOf as commonSecrets } from "../../connections/site.ts";
import type { Secret } from "../../text/secret.ts";
import type { ApplianceSite } from "./site-schema.ts";

export type { ApplianceSite };

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
