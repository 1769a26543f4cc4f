/** Three of the unkind worlds at the console and through the endpoint; the soak has all of them. */
import { unkindWays } from "./support/unkind-ways.ts";

unkindWays(["lost-poll", "revert-unknown", "rollback-failed"]);
