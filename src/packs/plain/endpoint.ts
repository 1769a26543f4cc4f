/** What other programs may ask of Handrail about a site that belongs to no product: nothing but what any site is asked. */
import type { Extension } from "../../serve/route.ts";

export const endpoint: Extension = {
  description: "Runs of runbooks that a standing grant names, for other programs.",
  routes: [],
  health: { says: "Whether each database and each HTTP service of the site answers.", parts: [] },
};
