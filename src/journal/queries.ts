/** What the journal is asked for rarely: its stored output, its published heads. */
import { Buffer } from "node:buffer";
import type Database from "better-sqlite3";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { StoredBlob } from "./blobs.ts";
import { hashFields } from "./chain.ts";
import { anchorTable, blobTable } from "./tables.ts";

/** A head of the chain that was published somewhere. */
export interface Anchor {
  readonly seq: number;
  readonly hash: string;
  readonly kind: string;
  readonly ref: string;
  readonly at: string;
}

/** What is asked for rarely goes through drizzle, prepared at each use. */
export function makeColdQueries(db: Database.Database) {
  const orm = drizzle({ client: db });
  return { ...blobQueries(orm), ...anchorQueries(orm) };
}

type Orm = ReturnType<typeof drizzle>;

function blobQueries(orm: Orm) {
  const blob = (digest: string): StoredBlob | null => {
    const row = orm
      .select()
      .from(blobTable)
      .where(eq(blobTable.sha256, Buffer.from(digest, "hex")))
      .get();
    if (row === undefined) return null;
    const { bytes, media, size, truncated: truncation, redactions } = row;
    return { bytes, media, size, truncated: truncation === 1, redactions };
  };
  const addBlob = (sha256: Buffer, output: StoredBlob): void => {
    const row = { ...output, sha256, truncated: Number(output.truncated) };
    orm.insert(blobTable).values(row).onConflictDoNothing().run();
  };
  return { blob, addBlob };
}

function anchorQueries(orm: Orm) {
  const anchors = (): Anchor[] => {
    const rows = orm.select().from(anchorTable).orderBy(anchorTable.id).all();
    return rows.map(({ seq, head, kind, ref, at: time }) => ({ seq, hash: head.toString("hex"), kind, ref, at: time }));
  };
  const addAnchor = ({ seq, hash, kind, ref, at: time }: Anchor): void => {
    const head = Buffer.from(hash, "hex");
    const row = { seq, head, kind, ref, at: time, hash: hashFields([seq, head, kind, ref, time]) };
    orm.insert(anchorTable).values(row).run();
  };
  return { anchors, addAnchor };
}
