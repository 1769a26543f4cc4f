export { run } from "./explain.ts";
