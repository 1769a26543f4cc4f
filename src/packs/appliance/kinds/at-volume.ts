/** Whether CloudStack is at work on a volume, as far as its list of jobs tells. */
import type { AsyncJob } from "../ports/cloudstack.ts";

/** An attach or a detach that does not say on what it works may be at any volume: it is no proof that none is at this one. */
export const mayBeAt = ({ status, instance, command }: AsyncJob, volume: string): boolean =>
  status === "pending" && (instance === volume || (instance === "" && /^(?:attach|detach)Volume$/iu.test(command)));
