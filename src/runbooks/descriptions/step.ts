/** What each key of a step and a probe is, for editors and for hints. */
import type { NamedField } from "../../phases/field.ts";
import type { Descriptions } from "./descriptions.ts";

const COMMON = {
  id: "Its name in the journal and in done['…']: lower case letters, digits and hyphens.",
  title: "What it does, in a line; it may hold ${…}.",
  why: "Why it is done, shown beside it; it may hold ${…}.",
  when: "It is done only where this holds.",
  foreach: "A list: the change is made for each member, which is `item`; { in: LIST, key: TEXT } holds its key.",
  key: "Names each instance of a repeated step: item.id.",
  kind: "The kind of step, as docs/step-kinds.md lists them.",
  op: "Which of the things that its kind does.",
} as const;

export const OF_STEP = {
  read: {
    ...COMMON,
    expect: "What has to hold of `result`; it has to see something.",
    because: "What is said where it does not hold; it may hold ${…}.",
    none_expected: "Why an empty answer is a good one.",
    unmet: "What it means where it does not hold: refuse (the run refuses this target), fail, or unreachable.",
    facts: "Values that are kept for later phases: NAME to an expression over `result`.",
  },
  change: {
    ...COMMON,
    ensure: "What the step brings about: a probe that is `already` and `verify`.",
    risk: "A risk is only ever raised: destroy asks for a typed name.",
    already: "A probe whose holding means that it is done already.",
    require: "A probe that has to hold before anything is sent.",
    verify: "A probe that shows that it was done.",
    errors: "Codes of the other side: already asks the `already` probe, fail means that nothing was done.",
    undo: "auto, or { none: why it cannot be undone, or what undoes it }.",
    limit: "Whole seconds of waiting before the outcome is unknown.",
    stays_until: "The phase until which `verify` goes on to hold, or end.",
  },
  gate: {
    ...COMMON,
    gate: "The question that a person is asked; it may hold ${…}.",
    question: "What a person is asked; it may hold ${…}.",
    choices: "What may be answered: two choices or more.",
  },
  probe: {
    id: "Its name among the probes; that of the step with the field where it is left out.",
    title: "What is so where it holds, as a sentence; it may hold ${…}.",
    because: "What is said where it does not hold; it may hold ${…}.",
    none_expected: "Why an empty answer is a good one.",
    expect: "What has to hold of `result`; it has to see something.",
    kind: COMMON.kind,
    op: COMMON.op,
  },
  foreach: { in: "The list.", key: "Names each instance: item.id." },
  undo: { none: "Why it cannot be undone by Handrail, or what undoes it." },
  touches: {
    table: "The table that the statement changes.",
    rows: "How many rows it may reach: { exactly: N } or { at_most: N }.",
    exactly: "An expression: it reaches so many rows.",
    at_most: "An expression: it reaches so many rows or fewer.",
    within: "The column that binds it to its targets and its values: { COLUMN: VALUES } or { column, in }.",
  },
  rows: { exactly: "An expression: so many rows.", at_most: "An expression: so many rows or fewer." },
  within: { column: "The column that the WHERE compares with a bound value.", in: "A list of texts: its values." },
  each: { each: "A list of texts: the question is put once for each of them." },
  "each-long": {
    param: "The parameter that is put for each.",
    in: "A list of texts: the question is put once for each of them.",
  },
  job: {
    id: "An expression over `result`, the answer: the id of the job.",
    poll: "The path that asks about it; ${job} is the id.",
    query: "Parameters of that request; job is the id.",
    done: "An expression over `result`: it is done.",
    failed: "An expression over `result`: it has failed.",
    message: "An expression over `result`: what the service says about it.",
  },
} as const satisfies Descriptions;

/** What a field of a kind holds, by its type. */
export const FIELD_TEXT: Readonly<Record<NamedField, string>> = {
  text: "an expression, a text",
  "optional-text": "an expression, a text; may be left out",
  int: "an expression, a whole number",
  texts: "an expression, a list of texts",
  params: "expressions by name; may be left out",
  sql: "a statement; `:name` stands for a value of `params`",
  touches: "what it may reach: `{table, rows: {exactly|at_most}, within: {column, in}}`",
  columns: "the columns of its rows by name: `text`, `int` or `bool`",
  each: "one question for each value: `{param, in}`; may be left out",
  seconds: "whole seconds",
  "optional-seconds": "whole seconds; may be left out",
  args: "a program by its whole path, then its arguments, each a text with `${…}`",
  exits: "exit codes that are an answer, 0 where none are named; may be left out",
  connection: "a connection of the site; may be left out where the only one is meant, or the first database",
  path: "the path of the request behind the connection's URL; each `${…}` is a value, encoded",
  query: "expressions by the names of its parameters, encoded; a list is the same parameter again; may be left out",
  body: "maps and lists whose leaves are expressions, sent as JSON; may be left out",
  member: "names of fields from the answer inwards, with dots, `*` for each; may be left out",
  members: "such names by column; may be left out",
  names: "names of columns; may be left out",
  codes: "status codes, 200 to 299 where it is left out",
  job: "`{id, poll, query, done, failed, message}`; may be left out",
  lines: "sentences, which may hold `${…}`: a list, or a text with a line for each",
  probe: "a probe; may be left out",
};
