/** The pack that this Handrail comes with: what belongs to one product. The one place that names it. */
import { addKinds } from "../phases/kinds/index.ts";
import { appliance } from "../packs/appliance/index.ts";
import type { Pack } from "../packs/pack.ts";

export const pack = appliance;
addKinds(pack.kinds);

type Of<P> = P extends Pack<infer S, infer A> ? { readonly site: S; readonly answers: A } : never;

/** A site as the pack reads it. */
export type Site = Of<typeof pack>["site"];
/** What the pack asks about a site, besides its database. */
export type OwnAnswers = Of<typeof pack>["answers"];
