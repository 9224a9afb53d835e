import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomUUID } from "node:crypto"
import { promisify } from "node:util"
import { exportJWK, type JWK } from "jose"
import { open, seal } from "../../../base/master-key.ts"
import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"

/** The key that OpenID tokens of identity pools are signed with, RS512. */
export interface SigningKey {
  keyId: string
  privateKey: KeyObject
  publicKey: KeyObject
  jwk: JWK
}

interface KeyRow {
  key_id: string
  public_key: string
  sealed_private_key: Uint8Array
}

const CACHE = "cognito-identity.signing-key"
const PURPOSE = "cognito-identity.signing-key"
/** There is one, so the cache has one entry. */
const CURRENT = "current"

const load = (tx: Reading): Promise<KeyRow | undefined> =>
  tx.get<KeyRow>(
    "SELECT key_id, public_key, sealed_private_key FROM cid_signing_keys ORDER BY created_at, key_id LIMIT 1",
  )

const opened = new WeakMap<KeyRow, Promise<SigningKey>>()

/** Made the first time that one is needed; every node uses the same. */
export async function signingKey(deps: Deps): Promise<SigningKey> {
  const cache = deps.store.cache(CACHE, load)
  let row = await cache.find(CURRENT)
  if (!row) {
    await makeKey(deps)
    row = (await cache.find(CURRENT))!
  }
  let key = opened.get(row)
  if (!key) {
    key = openKey(deps, row)
    opened.set(row, key)
  }
  return key
}

async function makeKey({ store, masterKey, clock }: Deps): Promise<void> {
  // Off the event loop, and before the transaction: generating takes a while.
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 })
  const privatePem = pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string
  const publicPem = pair.publicKey.export({ type: "spki", format: "pem" }) as string
  await store.transact(async (tx) => {
    if (await load(tx)) return
    await tx.run(
      "INSERT INTO cid_signing_keys (key_id, public_key, sealed_private_key, created_at) VALUES ($1, $2, $3, $4)",
      `${randomUUID()}`,
      publicPem,
      seal(masterKey, PURPOSE, privatePem),
      clock.now(),
    )
    await tx.changed(CACHE, CURRENT)
  })
}

async function openKey({ masterKey }: Deps, row: KeyRow): Promise<SigningKey> {
  const publicKey = createPublicKey(row.public_key)
  return {
    keyId: row.key_id,
    privateKey: createPrivateKey(open(masterKey, PURPOSE, row.sealed_private_key)),
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid: row.key_id, alg: "RS512", use: "sig" },
  }
}
