/** The tables of the DDL in `schema.ts` as drizzle takes them, for what is asked for rarely. */
import { blob, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const bytes = (name: string) => blob(name, { mode: "buffer" }).notNull();

export const blobTable = sqliteTable("blob", {
  sha256: bytes("sha256").primaryKey(),
  bytes: bytes("bytes"),
  media: text().notNull(),
  size: integer().notNull(),
  truncated: integer().notNull(),
  redactions: integer().notNull(),
});

export const anchorTable = sqliteTable("anchor", {
  id: integer().primaryKey(),
  seq: integer().notNull(),
  head: bytes("head"),
  kind: text().notNull(),
  ref: text().notNull(),
  at: text().notNull(),
  hash: bytes("hash"),
});
