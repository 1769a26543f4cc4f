/** Before each file of tests (vitest's setupFiles). */
import { loadKinds } from "../../src/cli/packs.ts";
import { enterRoom } from "./room.ts";

enterRoom();
await loadKinds();
