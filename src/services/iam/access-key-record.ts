import type { AccessKey } from "../../authentication/access-key.ts"
import type { IssuingPrincipal } from "../../authentication/session-record.ts"
import { type MasterKey, openText, seal } from "../../base/master-key.ts"
import type { Deps } from "../../call.ts"
import type { Cache, Reading, Writing } from "../../store/store.ts"
import { arnOf, findIdentityById } from "./identities/record.ts"

/** A key before its secret is opened. */
interface StoredKey extends Omit<AccessKey, "secretAccessKey"> {
  sealed: string
}

const CACHE = "iam.access-key"
const PURPOSE = "iam-access-key"

export const sealSecret = (masterKey: MasterKey, secret: string): string =>
  seal(masterKey, PURPOSE, secret).toString("base64")

export const accessKeyChanged = (tx: Writing, id: string): Promise<void> => tx.changed(CACHE, id)

/** Keys are cached with the name and path of their user. */
export async function userAccessKeysChanged(tx: Writing, userId: string): Promise<void> {
  const rows = await tx.all<{ id: string }>("SELECT id FROM iam_access_keys WHERE user_id = $1", userId)
  for (const { id } of rows) await accessKeyChanged(tx, id)
}

async function load(tx: Reading, id: string): Promise<StoredKey | undefined> {
  const row = await tx.get<{ account: string; user_id: string; status: string; secret: string }>(
    "SELECT account, user_id, status, secret FROM iam_access_keys WHERE id = $1",
    id,
  )
  const principal = row && (await findPrincipal(tx, row))
  if (!principal) return undefined
  return {
    account: row.account,
    status: row.status === "Active" ? "Active" : "Inactive",
    principal,
    sealed: row.secret,
  }
}

/** The root user's id is its account. */
async function findPrincipal(
  tx: Reading,
  { account, user_id }: { account: string; user_id: string },
): Promise<IssuingPrincipal | undefined> {
  if (user_id === account) return { kind: "root" }
  const user = await findIdentityById(tx, user_id)
  return user && { kind: "user", arn: arnOf(user), userId: user.id, userName: user.name, path: user.path }
}

const keys = (store: Deps["store"]): Cache<StoredKey> => store.cache(CACHE, load)

// A secret is opened once for as long as its key stays in the cache.
const opened = new WeakMap<StoredKey, AccessKey>()

/** At once where the key is in memory. Undefined where there is no such key. */
export function findAccessKey(
  { store, masterKey }: Pick<Deps, "store" | "masterKey">,
  accessKeyId: string,
): AccessKey | undefined | Promise<AccessKey | undefined> {
  const found = keys(store).find(accessKeyId)
  return found instanceof Promise ? found.then((key) => open(masterKey, key)) : open(masterKey, found)
}

function open(masterKey: MasterKey, stored: StoredKey | undefined): AccessKey | undefined {
  if (!stored) return undefined
  const known = opened.get(stored)
  if (known) return known
  const { sealed, ...key } = stored
  const accessKey = { ...key, secretAccessKey: openText(masterKey, PURPOSE, Buffer.from(sealed, "base64")) }
  opened.set(stored, accessKey)
  return accessKey
}
