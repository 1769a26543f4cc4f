/** Rules of statements and requests: what is asked, and what may be changed. */
import type { Rules } from "./rule.ts";

export const STATEMENTS = {
  pasted: {
    says: "No text is pasted into a statement or a script.",
    fits: "bind a value: :name, and name it under params, or :{target.id} in its place",
  },
  "placeholder-value": {
    says: "Every `:name` of a statement has a value.",
    fits: "params: { name: EXPRESSION }, or :name{EXPRESSION} in its place",
  },
  "placeholder-unused": {
    says: "Every value of a statement has its `:name`.",
    fits: "write :name where it belongs, or take the value out",
  },
  "value-in-place": {
    says: "A value in place (`:{…}`) is closed, holds an expression, and has a name that no other value has.",
    fits: ":{target.id}, or :name{EXPRESSION}",
  },
  "columns-given": {
    says: "`columns` are those that the statement answers with.",
    fits: "name it in the SELECT: … AS name",
  },
  "columns-told": {
    says: "A statement whose text does not tell its columns has them written out.",
    fits: "name each (… AS name), or write them under columns",
  },
  "read-pure": {
    says: "What only looks is known to be a pure read.",
    fits: "a SELECT or SHOW without side effects; `handrail sql --check` says what a statement is taken for",
  },
  "read-answers": {
    says: "A read answers something.",
    fits: "leave USE out and write the database before the table: shop.orders",
  },
  "select-values": {
    says: "The query that lists targets takes no values.",
    fits: "write the value out, or let `stuck` pick rows",
  },
  "select-column": {
    says: "`key`, `label` and `show` are columns of the query that lists targets.",
    fits: "one of its columns",
  },
  "statement-plain": {
    says: "A statement that changes rows is one plain UPDATE, DELETE or INSERT, so that it can be previewed.",
    fits: "UPDATE TABLE SET … WHERE KEY = :{target.id}; several tables are several steps",
  },
  "where-missing": {
    says: "An UPDATE or DELETE has a WHERE.",
    fits: "WHERE KEY = :{target.id}",
  },
  "touches-missing": {
    says: "A statement that changes rows says which and how many: `touches`.",
    fits: 'touches: { table: TABLE, at_most: "1", within: { COLUMN: "[target.id]" } }',
  },
  "touches-table": {
    says: "The table of `touches`, or of `whose`, is the one that the statement changes.",
    fits: "write the same table in both",
  },
  "touches-bound": {
    says: "The statement compares the column of `touches.within` with a bound value, so it reaches no other target's rows.",
    fits: "WHERE COLUMN = :{target.id}, or COLUMN IN (:ids)",
  },
  "printed-plain": {
    says: "A printed statement is one UPDATE, DELETE or INSERT without placeholders: it is tried as it is printed.",
    fits: "a statement as the document prints it, with its values",
  },
  "request-path": {
    says: "The path of a request is fixed text of an address, with `${…}` for values.",
    fits: "/queues/${target.name}, with parameters under query",
  },
  "request-value": {
    says: "What is sent has a value in JSON.",
    fits: "texts, whole numbers, true, false, lists and maps can be sent",
  },
  "job-place": {
    says: "The request that asks about a job says whose.",
    fits: "put ${job} where its id stands, or job under its query",
  },
  "answer-column": {
    says: "`from` and `optional` name columns of the question, and only a text may be missing.",
    fits: "a name under columns",
  },
  "each-once": {
    says: "One parameter of a command may be `{ each: VALUES }`.",
    fits: "the others are expressions",
  },
  "command-once": {
    says: "A step names one command.",
    fits: "make two steps of it",
  },
} as const satisfies Rules;
