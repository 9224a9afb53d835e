import type { Reading, Writing } from "../../store/store.ts"

/** An account of an organization. Times are milliseconds since the epoch. */
export interface Member {
  account: string
  orgId: string
  email: string
  name: string
  /** `INVITED` is what AWS says of the management account itself. */
  joinedMethod: "CREATED" | "INVITED"
  joinedAt: number
}

interface MemberRow {
  account: string
  org_id: string
  email: string
  body: string
}

const parse = ({ account, org_id, email, body }: MemberRow): Member => ({
  account,
  orgId: org_id,
  email,
  ...(JSON.parse(body) as Pick<Member, "name" | "joinedMethod" | "joinedAt">),
})

export async function insertMember(tx: Writing, { account, orgId, email, ...body }: Member): Promise<void> {
  await tx.run(
    "INSERT INTO org_accounts (account, org_id, email, body) VALUES ($1, $2, $3, $4)",
    account,
    orgId,
    email,
    JSON.stringify(body),
  )
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

export const isAccountTaken = async (tx: Reading, account: string): Promise<boolean> =>
  (await tx.get("SELECT account FROM org_accounts WHERE account = $1", account)) !== undefined

export const isEmailTaken = async (tx: Reading, email: string): Promise<boolean> =>
  (await tx.get("SELECT email FROM org_accounts WHERE email = $1", email)) !== undefined
