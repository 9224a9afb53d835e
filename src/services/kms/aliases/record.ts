import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { AliasAddress } from "../arns.ts"
import { keyChanged } from "../keys/record.ts"

const KIND = "kms.alias"

export interface Alias extends AliasAddress {
  keyId: string
  /** Milliseconds since the epoch. */
  createdAt: number
  updatedAt: number
}

export interface AliasRow {
  account: string
  region: string
  name: string
  key_id: string
  body: string
}

export const aliasOf = ({ account, region, name, key_id, body }: AliasRow): Alias => ({
  account,
  region,
  name,
  keyId: key_id,
  ...(JSON.parse(body) as { createdAt: number; updatedAt: number }),
})

export const ALIAS_COLUMNS = "account, region, name, key_id, body"

const cacheKey = ({ account, region, name }: AliasAddress): string => `${account}/${region}/${name}`

/** The id of the key that an alias stands for. */
export const findAliasedKey = (store: Store, address: AliasAddress): string | undefined | Promise<string | undefined> =>
  store
    .cache(KIND, async (tx, key) => {
      const [account = "", region = "", ...name] = key.split("/")
      return (await readAlias(tx, { account, region, name: name.join("/") }))?.keyId
    })
    .find(cacheKey(address))

export async function readAlias(tx: Reading, { account, region, name }: AliasAddress): Promise<Alias | undefined> {
  const row = await tx.get<AliasRow>(
    `SELECT ${ALIAS_COLUMNS} FROM kms_aliases WHERE account = $1 AND region = $2 AND name = $3`,
    account,
    region,
    name,
  )
  return row && aliasOf(row)
}

export async function putAlias(tx: Writing, alias: Alias): Promise<void> {
  const { account, region, name, keyId, createdAt, updatedAt } = alias
  await tx.run(
    `INSERT INTO kms_aliases (account, region, name, key_id, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account, region, name) DO UPDATE SET key_id = excluded.key_id, body = excluded.body`,
    account,
    region,
    name,
    keyId,
    JSON.stringify({ createdAt, updatedAt }),
  )
  await aliasChanged(tx, alias)
}

export async function deleteAlias(tx: Writing, alias: Alias): Promise<void> {
  await tx.run(
    "DELETE FROM kms_aliases WHERE account = $1 AND region = $2 AND name = $3",
    alias.account,
    alias.region,
    alias.name,
  )
  await aliasChanged(tx, alias)
}

async function aliasChanged(tx: Writing, alias: Alias): Promise<void> {
  await tx.changed(KIND, cacheKey(alias))
  await keyChanged(tx, alias.keyId)
}
