/** The pack that this Handrail comes with: what belongs to one product. The one place that names it, but for its names in `pack-names.ts`. */
import { appliance } from "../packs/appliance/index.ts";
import type { CoreSite } from "../connections/site.ts";
import type { Pack, SitePack } from "../packs/pack.ts";
import { plain } from "../packs/plain/index.ts";

export const pack = appliance;

/** What is known of a site, as it is written or read: the product's, or what holds for any. */
export const packOf = (site: unknown): SitePack<Site> =>
  // A pack owns what its own `parseSite` gave, so it is never given another's site.
  pack.owns(site) ? appliance : plain;

let kinds: Promise<void> | null = null;

/** Adds the step kinds of the pack, before any runbook is read; only once, however often it is asked. */
export const loadKinds = (): Promise<void> =>
  (kinds ??= Promise.all([pack.kinds(), import("../phases/kinds/index.ts")]).then(
    ([own, { addKinds }]) => void addKinds(own),
  ));

type Of<P> = P extends Pack<infer S, infer A> ? { readonly site: S; readonly answers: A } : never;

/** A site as it was read, of a product or of none. */
export type Site = CoreSite;
/** A site as the pack reads it. */
export type OwnSite = Of<typeof pack>["site"];
/** What the pack asks about a site, besides its database. */
export type OwnAnswers = Of<typeof pack>["answers"];
