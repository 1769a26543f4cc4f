/** What a package is made of, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). No time and no chance are in it. */
import type { Part } from "./parts.ts";

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly integrity: string | null;
}

/** A name in a package URL: only the `@` of a scope has to be escaped. */
const purl = ({ name, version }: Component): string => `pkg:npm/${name.replace(/^@/u, "%40")}@${version}`;

/** The lock file has base64, CycloneDX wants hexadecimal. */
function hashes(integrity: string | null): object {
  if (integrity === null || !integrity.startsWith("sha512-")) return {};
  const content = Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");
  return { hashes: [{ alg: "SHA-512", content }] };
}

const component = (part: Component): object => ({
  type: "library",
  "bom-ref": purl(part),
  name: part.name,
  version: part.version,
  ...hashes(part.integrity),
  licenses: [{ license: { id: part.licence } }],
  purl: purl(part),
});

/** The bill of `version`: the bundled parts, and what else lies beside them. */
export function sbomText(version: string, parts: readonly (Part | Component)[]): string {
  const self = { type: "application", "bom-ref": "handrail", name: "handrail", version };
  const dependsOn = parts.map(purl);
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { ...self, licenses: [{ license: { id: "MIT" } }] } },
    components: parts.map(component),
    dependencies: [{ ref: "handrail", dependsOn }],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}
