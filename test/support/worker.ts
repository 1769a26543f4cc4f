/** Before each file of tests (vitest's setupFiles). */
import "../../src/cli/packs.ts";
import { enterRoom } from "./room.ts";

enterRoom();
