/** The fields of a step as a runbook writes them. Shape, types of expressions, lint and docs are made of what a kind declares. */

/**
 * A field by what it holds. `text`, `int`, `texts`: an expression with such a value; an `optional-text` may be left out.
 * `params`: expressions by name, none where it is left out. `sql`: a statement. `touches`: the contract of a statement, which lint
 * demands. `columns`: the names and types of the rows of an answer. `each`: one question for each value of a list; may be left
 * out. `seconds`: a whole number; `optional-seconds` may be left out. `args`: a program by its whole path, then its arguments,
 * each a sentence with `${…}`. `exits`: exit codes; may be left out. `connection`: the name of a connection of the site; may be
 * left out where one is meant without a name. `path`: the path of a request, with `${…}` for values. The rest may be left out:
 * `query`: expressions by the names of its parameters. `body`: maps and lists of expressions, sent as JSON. `member`: names of
 * fields from an answer inwards; `members`: the same for columns; `names`: names of columns; `codes`: status codes; `job`: what
 * goes on after a request was taken; `probe`: the id of a probe that proves the step. `lines`: sentences with `${…}`, in their
 * order, at least one.
 */
export type NamedField =
  | "args"
  | "connection"
  | "exits"
  | "optional-seconds"
  | "lines"
  | "probe"
  | "text"
  | "optional-text"
  | "int"
  | "texts"
  | "params"
  | "sql"
  | "touches"
  | "columns"
  | "each"
  | "seconds"
  | "path"
  | "query"
  | "body"
  | "member"
  | "members"
  | "names"
  | "codes"
  | "job";

/** A field of a known type; a fixed text of a pattern; or one of some words, which may be left out. */
export type FieldType = NamedField | RegExp | readonly string[];

export type Fields = Readonly<Record<string, FieldType>>;
