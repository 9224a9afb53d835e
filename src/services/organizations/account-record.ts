import type { Reading, Store, Writing } from "../../store/store.ts"

/** An account of an organization. Times are milliseconds since the epoch. */
export interface Member {
  account: string
  orgId: string
  email: string
  name: string
  /** `INVITED` is what AWS says of the management account itself. */
  joinedMethod: "CREATED" | "INVITED"
  joinedAt: number
  /** The organizational unit that it is in; empty where it is right below the root. */
  parentId: string
}

interface MemberRow {
  account: string
  org_id: string
  email: string
  parent_id: string
  body: string
}

const parse = ({ account, org_id, email, parent_id, body }: MemberRow): Member => ({
  account,
  orgId: org_id,
  email,
  parentId: parent_id,
  ...(JSON.parse(body) as Pick<Member, "name" | "joinedMethod" | "joinedAt">),
})

const KIND = "organizations.of-account"

async function load(tx: Reading, account: string): Promise<string | undefined> {
  const row = await tx.get<{ org_id: string }>("SELECT org_id FROM org_accounts WHERE account = $1", account)
  return row?.org_id || undefined
}

/** The id of the organization that an account is in; at once where it is in memory. */
export const findOrganizationId = (
  { store }: { store: Store },
  account: string,
): string | undefined | Promise<string | undefined> => store.cache(KIND, load).find(account)

/** An account that was in an organization before has a record already. */
export async function putMember(tx: Writing, { account, orgId, email, parentId, ...body }: Member): Promise<void> {
  await tx.run(
    `INSERT INTO org_accounts (account, org_id, email, parent_id, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account) DO UPDATE SET org_id = excluded.org_id, parent_id = excluded.parent_id`,
    account,
    orgId,
    email,
    parentId,
    JSON.stringify(body),
  )
  await tx.changed(KIND, account)
}

/** The account stays, with all that is in it, and is in no organization. */
export async function removeMember(tx: Writing, account: string): Promise<void> {
  await tx.run("DELETE FROM org_tags WHERE resource_id = $1", account)
  await tx.run("UPDATE org_accounts SET org_id = '', parent_id = '' WHERE account = $1", account)
  await tx.changed(KIND, account)
}

export async function moveMember(tx: Writing, account: string, parentId: string): Promise<void> {
  await tx.run("UPDATE org_accounts SET parent_id = $1 WHERE account = $2", parentId, account)
}

/** An account, if it is of this organization. */
export async function findMember(tx: Reading, orgId: string, account: string): Promise<Member | undefined> {
  const row = await tx.get<MemberRow>("SELECT * FROM org_accounts WHERE account = $1", account)
  return row?.org_id === orgId ? parse(row) : undefined
}

/** After `after`, in the order of their ids. */
export async function listMembers(tx: Reading, orgId: string, after: string, limit: number): Promise<Member[]> {
  const rows = await tx.all<MemberRow>(
    "SELECT * FROM org_accounts WHERE org_id = $1 AND account > $2 ORDER BY account LIMIT $3",
    orgId,
    after,
    limit,
  )
  return rows.map(parse)
}

/** Those right below the unit, or right below the root where it is the empty text. */
export async function listMembersBelow(
  tx: Reading,
  { orgId, parentId, after, limit }: { orgId: string; parentId: string; after: string; limit: number },
): Promise<Member[]> {
  const rows = await tx.all<MemberRow>(
    "SELECT * FROM org_accounts WHERE org_id = $1 AND parent_id = $2 AND account > $3 ORDER BY account LIMIT $4",
    orgId,
    parentId,
    after,
    limit,
  )
  return rows.map(parse)
}

export const isAccountTaken = async (tx: Reading, account: string): Promise<boolean> =>
  (await tx.get("SELECT account FROM org_accounts WHERE account = $1", account)) !== undefined

export const isEmailTaken = async (tx: Reading, email: string): Promise<boolean> =>
  (await tx.get("SELECT email FROM org_accounts WHERE email = $1", email)) !== undefined
