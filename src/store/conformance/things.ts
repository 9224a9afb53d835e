import type { Migration, Store } from "../store.ts"
import type { Engine } from "./engine.ts"

export const THINGS: Migration = {
  name: "things-1-create",
  sql: `-- A comment; and TEXT in it
CREATE TABLE things (
  owner TEXT NOT NULL,
  name TEXT NOT NULL, -- compared bytewise
  size BIGINT,
  content BYTES,
  body TEXT,
  PRIMARY KEY (owner, name)
);
CREATE INDEX things_by_size ON things (size, name);
`,
}

export async function openThings(engine: Engine, options?: { workLimitMilliseconds?: number }): Promise<Store> {
  return (await engine.createPlace()).open([THINGS], options)
}

export const INSERT = "INSERT INTO things (owner, name, size, content, body) VALUES ($1, $2, $3, $4, $5)"

export const sizeOf = async (store: Store, name: string): Promise<number | undefined> =>
  (await store.read((tx) => tx.get<{ size: number }>("SELECT size FROM things WHERE name = $1", name)))?.size

export const putThing = (store: Store, name: string, size: number): Promise<number> =>
  store.transact((tx) =>
    tx.run(
      "INSERT INTO things (owner, name, size) VALUES ('o', $1, $2) ON CONFLICT (owner, name) DO UPDATE SET size = excluded.size",
      name,
      size,
    ),
  )
