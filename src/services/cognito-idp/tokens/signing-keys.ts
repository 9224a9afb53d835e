import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from "node:crypto"
import { promisify } from "node:util"
import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import type { Deps } from "../../../call.ts"
import type { Cache, Store } from "../../../store/store.ts"
import { assertPoolThere } from "../user-pools/record.ts"

/** An RSA key of a pool. */
export interface SigningKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
  /** As the key set has it. */
  jwk: JsonWebKey
  /** The first part of the JWTs that it signs. */
  jwtHead: string
}

/** Each pool has two: one signs ID tokens, the other access tokens. */
export interface SigningKeys {
  id: SigningKey
  access: SigningKey
}

type KeyDeps = Pick<Deps, "store" | "masterKey">

const KIND = "cognito-idp.signing-keys"
const PURPOSE = "cognito-idp.signing-keys"
const generate = promisify(generateKeyPair)

/** Keys are made ahead, off the event loop, because one takes tenths of a second. */
const SUPPLY = 2
const supply: Promise<KeyObject>[] = []

async function newPrivateKey(): Promise<KeyObject> {
  return (await generate("rsa", { modulusLength: 2048, publicExponent: 65_537 })).privateKey
}

export function fillSupply(): void {
  while (supply.length < SUPPLY) {
    const key = newPrivateKey()
    // Whoever takes it sees the failure; here it must not be an unhandled rejection.
    key.catch(() => {})
    supply.push(key)
  }
}

function takePrivateKey(): Promise<KeyObject> {
  const key = supply.shift() ?? newPrivateKey()
  queueMicrotask(fillSupply)
  return key
}

const caches = new WeakMap<Store, Cache<SigningKeys>>()

function cacheOf({ store, masterKey }: KeyDeps): Cache<SigningKeys> {
  const known = caches.get(store)
  if (known) return known
  const cache = store.cache(KIND, async (tx, poolId) => {
    const row = await tx.get<{ sealed: Uint8Array }>("SELECT sealed FROM idp_signing_keys WHERE pool_id = $1", poolId)
    return row && openKeys(masterKey, row.sealed)
  })
  caches.set(store, cache)
  return cache
}

/** The pool's keys, made when they are first needed: a pool that nobody signs in to costs none. */
export async function getSigningKeys(deps: KeyDeps, poolId: string): Promise<SigningKeys> {
  const known = await cacheOf(deps).find(poolId)
  if (known) return known
  const [id, access] = await Promise.all([takePrivateKey(), takePrivateKey()])
  const sealed = seal(deps.masterKey, PURPOSE, JSON.stringify([serialize(id), serialize(access)]))
  // Another call or node may have been faster: what is stored first counts.
  const stored = await deps.store.transact(async (tx) => {
    await assertPoolThere(tx, poolId)
    await tx.run(
      "INSERT INTO idp_signing_keys (pool_id, sealed) VALUES ($1, $2) ON CONFLICT (pool_id) DO NOTHING",
      poolId,
      sealed,
    )
    await tx.changed(KIND, poolId)
    return (await tx.get<{ sealed: Uint8Array }>("SELECT sealed FROM idp_signing_keys WHERE pool_id = $1", poolId))!
  })
  return openKeys(deps.masterKey, stored.sealed)
}

const serialize = (key: KeyObject): [kid: string, der: string] => [
  randomBytes(32).toString("base64"),
  key.export({ type: "pkcs8", format: "der" }).toString("base64"),
]

function openKeys(masterKey: MasterKey, sealed: Uint8Array): SigningKeys {
  const [id, access] = (JSON.parse(open(masterKey, PURPOSE, sealed).toString()) as [string, string][]).map(parseKey)
  return { id: id!, access: access! }
}

function parseKey([kid, der]: [string, string]): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.from(der, "base64"), type: "pkcs8", format: "der" })
  const publicKey = createPublicKey(privateKey)
  const { e, kty, n } = publicKey.export({ format: "jwk" })
  const jwk = { alg: "RS256", e, kid, kty, n, use: "sig" } as JsonWebKey
  const jwtHead = Buffer.from(JSON.stringify({ kid, alg: "RS256" })).toString("base64url")
  return { kid, privateKey, publicKey, jwk, jwtHead }
}
