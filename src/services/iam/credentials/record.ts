import type { StatusType } from "@aws-sdk/client-iam"
import type { Reading, Writing } from "../../../store/store.ts"

/** What a user has besides a password, access keys and devices. Nothing here is signed in with: it is kept as AWS keeps it. */
export type CredentialKind = "certificate" | "service" | "ssh-key"

export interface Credential<Body extends object> {
  /** `APKA...` of a public key, `ACCA...` of a service's credential. */
  id: string
  account: string
  /** The user's id, or the account's, whose root user has certificates too. */
  holderId: string
  status: StatusType
  createdAt: number
  body: Body
}

interface CredentialRow {
  id: string
  account: string
  user_id: string
  status: StatusType
  created_at: number | bigint
  body: string
}

const parse = <Body extends object>({ id, account, user_id, status, created_at, body }: CredentialRow) =>
  ({
    id,
    account,
    holderId: user_id,
    status,
    createdAt: Number(created_at),
    body: JSON.parse(body),
  }) as Credential<Body>

const COLUMNS = "id, account, user_id, status, created_at, body"

/** All of a user's; quotas allow for a few. */
export async function listCredentials<Body extends object>(
  tx: Reading,
  kind: CredentialKind,
  holderId: string,
): Promise<Credential<Body>[]> {
  const rows = await tx.all<CredentialRow>(
    `SELECT ${COLUMNS} FROM iam_user_credentials WHERE user_id = $1 AND kind = $2 ORDER BY id`,
    holderId,
    kind,
  )
  return rows.map((row) => parse<Body>(row))
}

/** Of all users of the account, in the order of the ids. */
export async function listCredentialsOfAccount<Body extends object>(
  tx: Reading,
  kind: CredentialKind,
  { account, after, limit }: { account: string; after: string; limit: number },
): Promise<Credential<Body>[]> {
  const rows = await tx.all<CredentialRow>(
    `SELECT ${COLUMNS} FROM iam_user_credentials
     WHERE account = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4`,
    account,
    kind,
    after,
    limit,
  )
  return rows.map((row) => parse<Body>(row))
}

export async function findCredential<Body extends object>(
  tx: Reading,
  kind: CredentialKind,
  holderId: string,
  id: string,
): Promise<Credential<Body> | undefined> {
  const row = await tx.get<CredentialRow>(
    `SELECT ${COLUMNS} FROM iam_user_credentials WHERE user_id = $1 AND kind = $2 AND id = $3`,
    holderId,
    kind,
    id,
  )
  return row && parse<Body>(row)
}

export async function putCredential<Body extends object>(
  tx: Writing,
  kind: CredentialKind,
  { id, account, holderId, status, createdAt, body }: Credential<Body>,
): Promise<void> {
  await tx.run(
    `INSERT INTO iam_user_credentials (user_id, kind, id, account, status, created_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (user_id, kind, id) DO UPDATE SET status = excluded.status, body = excluded.body`,
    holderId,
    kind,
    id,
    account,
    status,
    createdAt,
    JSON.stringify(body),
  )
}

/** How many there were: one or none. */
export const deleteCredential = (tx: Writing, kind: CredentialKind, holderId: string, id: string): Promise<number> =>
  tx.run("DELETE FROM iam_user_credentials WHERE user_id = $1 AND kind = $2 AND id = $3", holderId, kind, id)
