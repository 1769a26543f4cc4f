/** Before each file of tests (vitest's setupFiles). */
import { enterRoom } from "./room.ts";

enterRoom();
