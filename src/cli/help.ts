import { COMMANDS } from "./commands.ts";
import type { CommandSpec } from "./command.ts";
import { EXIT_TEXT } from "./exit.ts";

/** The help of the whole program. */
export function mainHelp(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "Handrail: guided incident recovery at the terminal.",
    "",
    "usage: handrail COMMAND …      handrail COMMAND --help",
    "",
    ...COMMANDS.map(({ name, says }) => `  ${name.padEnd(width)}  ${says}`),
    "",
    "Begin with the lab:",
    "  handrail lab up                                         a false appliance with five stuck VMs",
    "  handrail run failed-execution-cleanup --vm pgtest1 --lab",
    "",
    "exit codes:",
    ...EXIT_TEXT.map(([code, says]) => `  ${String(code).padStart(3)}  ${says}`),
    "",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(command: CommandSpec): string {
  const options = Object.entries(command.options).map(([name, spec]) => {
    const dashed = name.length === 1 ? `-${name}` : `--${name}`;
    return [spec.takes === undefined ? dashed : `${dashed} ${spec.takes}`, spec.says] as const;
  });
  const width = Math.max(0, ...options.map(([left]) => left.length));
  return [
    `usage: handrail ${command.usage}`,
    "",
    `  ${command.says}`,
    ...(options.length === 0 ? [] : ["", ...options.map(([left, says]) => `  ${left.padEnd(width)}  ${says}`)]),
    "",
  ].join("\n");
}
