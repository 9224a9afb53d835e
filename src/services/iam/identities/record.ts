import type { Reading, Row, Writing } from "../../../store/store.ts"
import { iamArn } from "../arns.ts"
import { identityNotFound } from "../errors.ts"
import type { Tag } from "../tags.ts"
import type { IdentityKind } from "./kind.ts"

export interface Identity {
  account: string
  kind: IdentityKind
  name: string
  /** `/` or `/a/b/`. */
  path: string
  /** `AROA...`, `AIDA...`, `AGPA...` */
  id: string
  body: IdentityBody
}

export interface IdentityBody {
  /** Milliseconds since the epoch. */
  createdAt: number
  tags: readonly Tag[]
  /** Of roles. */
  description?: string
  /** Of roles, in seconds. */
  maxSessionDuration?: number
  /** Of roles: the trust policy, its principals as unique ids. */
  trust?: string
}

export interface IdentityRow extends Row {
  account: string
  kind: IdentityKind
  name: string
  path: string
  id: string
  body: string
}

export const parseIdentity = ({ account, kind, name, path, id, body }: IdentityRow): Identity => ({
  account,
  kind,
  name,
  path,
  id,
  body: JSON.parse(body),
})

export const arnOf = ({ account, kind, path, name }: Omit<Identity, "id" | "body">): string =>
  iamArn(account, kind, path, name)

const nameKey = (name: string): string => name.toLowerCase()
/** The columns of an identity, of the table `i`. */
export const IDENTITY_COLUMNS = "i.account, i.kind, i.name, i.path, i.id, i.body"

/** The identity that has the name in any case: "Names are not distinguished by case" (API Reference, `CreateUser`). An ARN
 * is: who has one compares it with `arnOf`. */
export async function findIdentity(
  tx: Reading,
  account: string,
  kind: IdentityKind,
  name: string,
): Promise<Identity | undefined> {
  const row = await tx.get<IdentityRow>(
    `SELECT ${IDENTITY_COLUMNS} FROM iam_identities i WHERE account = $1 AND kind = $2 AND name_key = $3`,
    account,
    kind,
    nameKey(name),
  )
  return row && parseIdentity(row)
}

export async function getIdentity(tx: Reading, account: string, kind: IdentityKind, name: string): Promise<Identity> {
  const found = await findIdentity(tx, account, kind, name)
  if (!found) throw identityNotFound(kind, name)
  return found
}

export async function findIdentityById(tx: Reading, id: string): Promise<Identity | undefined> {
  const row = await tx.get<IdentityRow>(`SELECT ${IDENTITY_COLUMNS} FROM iam_identities i WHERE id = $1`, id)
  return row && parseIdentity(row)
}

/** In the order of their names, from after `after`, those whose path begins with `pathPrefix`. */
export async function listIdentities(
  tx: Reading,
  account: string,
  kind: IdentityKind,
  { pathPrefix, after, limit }: { pathPrefix: string; after: string; limit: number },
): Promise<Identity[]> {
  const rows = await tx.all<IdentityRow>(
    `SELECT ${IDENTITY_COLUMNS} FROM iam_identities i
     WHERE account = $1 AND kind = $2 AND name_key > $3 AND path >= $4 AND path < $5
     ORDER BY name_key LIMIT $6`,
    account,
    kind,
    after,
    pathPrefix,
    `${pathPrefix}\u{7f}`,
    limit,
  )
  return rows.map(parseIdentity)
}

export const pageKeyOf = (identity: { name: string }): string => nameKey(identity.name)

export async function countIdentities(tx: Reading, account: string, kind: IdentityKind): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>(
    "SELECT count(*) AS n FROM iam_identities WHERE account = $1 AND kind = $2",
    account,
    kind,
  )
  return Number(row?.n ?? 0)
}

export async function insertIdentity(tx: Writing, identity: Identity): Promise<void> {
  const { account, kind, name, path, id, body } = identity
  await tx.run(
    "INSERT INTO iam_identities (account, kind, name_key, name, path, id, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    account,
    kind,
    nameKey(name),
    name,
    path,
    id,
    JSON.stringify(body),
  )
  await identityChanged(tx, identity)
}

/** Writes the name, the path and the body of an identity that is there. */
export async function updateIdentity(tx: Writing, identity: Identity): Promise<void> {
  const { name, path, id, body } = identity
  await tx.run(
    "UPDATE iam_identities SET name_key = $1, name = $2, path = $3, body = $4 WHERE id = $5",
    nameKey(name),
    name,
    path,
    JSON.stringify(body),
    id,
  )
  await identityChanged(tx, identity)
}

export async function deleteIdentity(tx: Writing, identity: Identity): Promise<void> {
  await tx.run("DELETE FROM iam_boundaries WHERE owner_id = $1", identity.id)
  await tx.run("DELETE FROM iam_attachments WHERE owner_id = $1", identity.id)
  await tx.run("DELETE FROM iam_role_uses WHERE id = $1", identity.id)
  await tx.run("DELETE FROM iam_identities WHERE id = $1", identity.id)
  await identityChanged(tx, identity)
}

/** Of identities by their names, and of groups by their ids. */
export const IDENTITY_CACHE = "iam.identity"
export const GROUP_CACHE = "iam.group"

export const cacheKeyOf = (account: string, kind: IdentityKind, name: string): string =>
  `${account}/${kind}/${nameKey(name)}`

/** To be said of every write to an identity or to what hangs on it. */
export async function identityChanged(tx: Writing, { account, kind, name, id }: Identity): Promise<void> {
  await tx.changed(IDENTITY_CACHE, cacheKeyOf(account, kind, name))
  if (kind === "group") await tx.changed(GROUP_CACHE, id)
}
