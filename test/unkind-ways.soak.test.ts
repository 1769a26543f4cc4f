/** Every unkind world at the console and through the endpoint. */
import { unkindWays } from "./support/unkind-ways.ts";

unkindWays();
