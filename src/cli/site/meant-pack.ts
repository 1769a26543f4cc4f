/** What is known of the site that is meant, from what is written of it alone: no secret is read, nothing is asked. */
import type { SitePack } from "../../packs/pack.ts";
import type { Values } from "../command.ts";
import type { Io } from "../io.ts";
import { pack, packOf, type Site } from "../packs.ts";
import { siteConfig } from "./config.ts";
import { labName } from "./lab-name.ts";

/** The pack of the site that is meant; a lab is always one of the product. */
export async function meantPack(values: Values, env: Io["env"]): Promise<SitePack<Site>> {
  if (labName(values, env) !== null) return pack;
  const { config, name } = await siteConfig(values, env);
  return packOf(config.sites[name]);
}
