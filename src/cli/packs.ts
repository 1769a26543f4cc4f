/** The packs that this Handrail comes with: what belongs to one product. The one place that names them. */
import { addKinds } from "../phases/kinds/index.ts";
import { APPLIANCE_KINDS } from "../packs/appliance/kinds/index.ts";

addKinds(APPLIANCE_KINDS);
