import { ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import type { Reading, Value } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool, type UserPool } from "../user-pools/record.ts"
import { describeUser } from "./describe.ts"
import { parseFilter, type UserFilter } from "./filter.ts"
import { usernameKey } from "./names.ts"
import { parseUser, type User } from "./record.ts"

const LIST_LIMIT = 60

export const ListUsers = operation(ListUsersCommand, {
  access: onUserPool,
  async handle({ UserPoolId, AttributesToGet, Limit, PaginationToken, Filter }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const filter = parseFilter(Filter)
    for (const name of AttributesToGet ?? [])
      if (!pool.attributes.has(name)) throw invalidParameter(`One or more requested attributes do not exist: ${name}`) // UNVERIFIED text
    const { items, next } = await listPage(
      context.masterKey,
      {
        about: `users ${pool.id} ${filter ? JSON.stringify(filter) : ""}`,
        token: PaginationToken,
        limit: Limit || LIST_LIMIT,
      },
      (user: User) => usernameKey(pool, user.username),
      (after, count) => context.store.read((tx) => listUsers(tx, pool, filter, after, count)),
    )
    const isShown = AttributesToGet && ((name: string) => AttributesToGet.includes(name))
    return { Users: items.map((user) => describeUser(user, isShown)), PaginationToken: next }
  },
})

type Row = Parameters<typeof parseUser>[0]

/** By username, after `after`. */
async function listUsers(
  tx: Reading,
  pool: UserPool,
  filter: UserFilter | undefined,
  after: string,
  count: number,
): Promise<User[]> {
  const { from, where, values } = filter ? conditionOf(pool, filter) : { from: "", where: "", values: [] }
  const rows = await tx.all<Row>(
    `SELECT u.sub, u.status, u.enabled, u.body
       FROM idp_users u ${from}
      WHERE u.pool_id = $1 AND u.username_key > $2 ${where} ORDER BY u.username_key LIMIT $3`,
    pool.id,
    after,
    count,
    ...values,
  )
  return rows.map(parseUser)
}

interface Condition {
  from: string
  where: string
  values: Value[]
}

/** The filter as SQL: further placeholders begin at $4. */
function conditionOf(pool: UserPool, { attribute, operator, value }: UserFilter): Condition {
  switch (attribute) {
    case "username":
      return { from: "", ...compare("u.username_key", operator, usernameKey(pool, value)) }
    case "sub":
      return { from: "", ...compare("u.sub", operator, value) }
    case "cognito:user_status":
      // Not case-sensitive. Source: ListUsers, Filter.
      return { from: "", ...compare("u.status", operator, value.toUpperCase()) }
    case "status":
      return { from: "", ...enabledCondition(operator, value) }
    default: {
      const { where, values } = compare("s.value", operator, value)
      const named = { where: `AND s.attribute = $${4 + values.length} ${where}`, values: [...values, attribute] }
      return { from: "JOIN idp_user_search s ON s.pool_id = u.pool_id AND s.sub = u.sub", ...named }
    }
  }
}

/** `Enabled` or `Disabled`. */
function enabledCondition(operator: UserFilter["operator"], value: string): Omit<Condition, "from"> {
  const matches = (word: string) => (operator === "=" ? word === value : word.startsWith(value))
  const wanted = [matches("Disabled") ? 0 : -1, matches("Enabled") ? 1 : -1]
  return { where: "AND (u.enabled = $4 OR u.enabled = $5)", values: wanted }
}

/** A prefix is the range up to the first text that no longer begins with it, which an index answers. */
function compare(column: string, operator: UserFilter["operator"], value: string): Omit<Condition, "from"> {
  if (operator === "=") return { where: `AND ${column} = $4`, values: [value] }
  const end = `${value}\u{10FFFF}`
  return { where: `AND ${column} >= $4 AND ${column} < $5`, values: [value, end] }
}
