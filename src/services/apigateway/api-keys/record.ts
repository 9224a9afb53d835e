import type { MasterKey } from "../../../base/master-key.ts"
import { open, seal } from "../../../base/master-key.ts"
import type { Scope } from "../../../operation.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import { ownerOf } from "../owners.ts"
import type { ApiKeyInUse } from "../settings.ts"
import type { Texts } from "../snapshot.ts"

/** An API key. Its value is a secret: it lies sealed, and is found by an HMAC of it. */
export interface ApiKey extends ApiKeyInUse {
  description?: string
  /** Base64 of the sealed value. */
  sealedValue: string
  /** By which the key is found for its value. */
  valueDigest: string
  /** `{api}/{stage}`, as CreateApiKey was told; they mean nothing beside usage plans. */
  stageKeys: readonly string[]
  tags?: Texts
  /** Milliseconds since the epoch. */
  createdAt: number
  updatedAt: number
}

const KIND = "apigateway.api-key"

/** Of an account in a region, by their ids. */
export const apiKeys = collection<ApiKey>("api-key", { counted: true })
/** Ids of keys, by the digests of their values. */
const byValue = collection<string>("api-key-value", {
  cache: { kind: KIND, key: (owner, digest) => `${owner}/${digest}` },
})

const PURPOSE = "apigateway.api-key"

export const digestOf = (masterKey: MasterKey, value: string): string =>
  masterKey.hmacKeyFor("apigateway.api-key").sign(value, "hex")

export const sealValue = (masterKey: MasterKey, value: string): string =>
  seal(masterKey, PURPOSE, value).toString("base64")
export const openValue = (masterKey: MasterKey, { sealedValue }: ApiKey): string =>
  open(masterKey, PURPOSE, Buffer.from(sealedValue, "base64")).toString("utf8")

/** Which key has a value; undefined where none has. */
export const readKeyId = (tx: Reading, scope: Scope, digest: string): Promise<string | undefined> =>
  byValue.read(tx, ownerOf(scope), digest)

/** Also tells the caches, whatever changed of it. */
export async function putApiKey(tx: Writing, scope: Scope, key: ApiKey): Promise<void> {
  await apiKeys.put(tx, ownerOf(scope), key.id, key)
  await byValue.put(tx, ownerOf(scope), key.valueDigest, key.id)
}

export async function removeApiKey(tx: Writing, scope: Scope, key: ApiKey): Promise<void> {
  await apiKeys.remove(tx, ownerOf(scope), key.id)
  await byValue.remove(tx, ownerOf(scope), key.valueDigest)
}

async function load(tx: Reading, cacheKey: string): Promise<ApiKeyInUse | undefined> {
  const [account = "", region = "", digest = ""] = cacheKey.split("/")
  const id = await readKeyId(tx, { account, region }, digest)
  const found = id === undefined ? undefined : await apiKeys.read(tx, ownerOf({ account, region }), id)
  if (!found) return undefined
  const { name, customerId, enabled, usagePlanIds } = found
  return {
    id: found.id,
    ...(name !== undefined && { name }),
    ...(customerId !== undefined && { customerId }),
    enabled,
    usagePlanIds,
  }
}

/**
 * The key that a value is of; undefined where it is of none. `scope` is that of the API that is called. A value that no key can
 * have is not looked for. At once where it is in memory.
 */
export const findApiKey = (
  { store, masterKey }: { store: Store; masterKey: MasterKey },
  { account, region }: Scope,
  value: string,
): ApiKeyInUse | undefined | Promise<ApiKeyInUse | undefined> =>
  value === "" || value.length > MOST_CHARACTERS
    ? undefined
    : store.cache(KIND, load).find(`${account}/${region}/${digestOf(masterKey, value)}`)

/** Recorded: what CreateApiKey takes. */
export const MOST_CHARACTERS = 128
export const LEAST_CHARACTERS = 20
