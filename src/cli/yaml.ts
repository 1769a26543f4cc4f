/** A door of its own to `yaml`: imported lazily by name, the bundle would give its CommonJS module, which has no names. */
export { parse } from "yaml";
