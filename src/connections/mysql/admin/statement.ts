/** The statement of an act. Its words are ours; of what a runbook or the world says only checked names and numbers get in. */
import type { AdminAct } from "../../../ports/sql-admin.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { refuse } from "../trouble.ts";

const THREAD = /^[1-9]\d{0,19}$/u;
const CHANNEL = /^[A-Za-z0-9_.-]{0,64}$/u;
const VARIABLE = /^[a-z][a-z0-9_]{0,63}(?:\.[a-z0-9_]{1,64})?$/u;
const LOG = /^[A-Za-z0-9_.-]{1,255}$/u;
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/u;
/** Neither a quote nor a backslash: no mode of a server reads such a text otherwise. */
const TEXT = /^[A-Za-z0-9_.,:;=@%+/ -]{0,512}$/u;

/** A value that fits. Throws `SqlTrouble` where it does not: nothing is sent then. */
function checked(text: string, pattern: RegExp, noun: string): string {
  if (pattern.test(text)) return text;
  throw refuse(`${JSON.stringify(text)} is not ${noun}`, "no-preview");
}

/** The id of a connection. */
export const threadOf = (text: string): string => checked(text, THREAD, "the id of a connection");
/** The name of a global variable. */
export const variableOf = (text: string): string => checked(text, VARIABLE, "the name of a global variable");
/** The name of a binary log. */
export const logOf = (text: string): string => checked(text, LOG, "the name of a binary log");
/** The name of a replication. */
export const channelOf = (text: string): string => checked(text, CHANNEL, "the name of a replication");

/** Whether a text can be set as the value of a variable. */
export const isSettable = (value: string): boolean => NUMBER.test(value) || TEXT.test(value);

function literal(value: string): string {
  if (NUMBER.test(value)) return value;
  return `'${checked(value, TEXT, "a value that can be set: letters, digits, blanks and . , : ; = @ % + / - _")}'`;
}

/** The text that is sent. Throws `SqlTrouble` where a value does not fit. */
export function statementOf(act: AdminAct, { replica }: Dialect): string {
  switch (act.op) {
    case "kill":
      return `KILL ${threadOf(act.thread)}`;
    case "kill_query":
      return `KILL QUERY ${threadOf(act.thread)}`;
    case "start_replica":
      return replica.start(channelOf(act.channel));
    case "stop_replica":
      return replica.stop(channelOf(act.channel));
    case "set_global":
      return `SET GLOBAL ${variableOf(act.variable)} = ${literal(act.value)}`;
    case "purge_binary_logs":
      return `PURGE BINARY LOGS TO '${logOf(act.to)}'`;
    case "flush":
      return `FLUSH ${act.what.toUpperCase()}`;
  }
}
