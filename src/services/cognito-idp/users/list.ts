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
    const order = orderOf(pool, filter)
    const { items, next } = await listPage(
      context.masterKey,
      {
        about: `users ${pool.id} ${filter ? JSON.stringify(filter) : ""}`,
        token: PaginationToken,
        limit: Limit || LIST_LIMIT,
      },
      ({ place }: Found) => JSON.stringify(place),
      (after, count) => context.store.read((tx) => listUsers(tx, pool, order, after, count)),
    )
    const isShown = AttributesToGet && ((name: string) => AttributesToGet.includes(name))
    return { Users: items.map(({ user }) => describeUser(user, isShown)), PaginationToken: next }
  },
})

interface Found {
  user: User
  /** Where it stands in the order of the listing. */
  place: Value[]
}

/**
 * An index in whose order the users that a filter finds stand one after the other: a page reads as many as it shows,
 * however many there are. They are those whose first column is `from`, or is between that and `end`.
 */
interface Order {
  /** The second settles what the first leaves open. */
  columns: readonly [string] | readonly [string, string]
  /** Of the values that are searched. */
  attribute?: string
  from: Value
  end?: Value
}

/** Greater than any text that begins with a prefix. */
const endOf = (prefix: string): string => `${prefix}\u{10FFFF}`

function orderOf(pool: UserPool, filter: UserFilter | undefined): Order {
  if (!filter) return { columns: ["u.username_key"], from: "", end: endOf("") }
  const { attribute, operator, value } = filter
  const range = (from: string) => ({ from, ...(operator === "^=" && { end: endOf(from) }) })
  switch (attribute) {
    case "username":
      return { columns: ["u.username_key"], ...range(usernameKey(pool, value)) }
    case "sub":
      return { columns: ["u.sub"], ...range(value) }
    case "cognito:user_status":
      // Not case-sensitive. Source: ListUsers, Filter.
      return { columns: ["u.status", "u.username_key"], ...range(value.toUpperCase()) }
    case "status":
      return { columns: ["u.enabled", "u.username_key"], ...enabledRange(operator, value) }
    default:
      return { columns: ["s.value", "s.username_key"], attribute, ...range(value) }
  }
}

/** `Enabled` or `Disabled`, which are 1 and 0. */
function enabledRange(operator: UserFilter["operator"], value: string): Pick<Order, "from" | "end"> {
  const matches = (word: string) => (operator === "=" ? word === value : word.startsWith(value))
  const [disabled, enabled] = [matches("Disabled"), matches("Enabled")]
  if (disabled && enabled) return { from: 0, end: 2 }
  return { from: enabled ? 1 : disabled ? 0 : -1 }
}

type Row = Parameters<typeof parseUser>[0] & { first: Value; second: Value }

/** After a place, which is empty for the first page. */
async function listUsers(tx: Reading, { id }: UserPool, order: Order, after: string, count: number): Promise<Found[]> {
  const { columns, attribute } = order
  const [first, second = first] = columns
  const place = after === "" ? undefined : (JSON.parse(after) as Value[])
  const { where, values } = rangeOf(order, place)
  const searched = attribute !== undefined
  const table = searched
    ? "idp_user_search s JOIN idp_users u ON u.pool_id = s.pool_id AND u.sub = s.sub"
    : "idp_users u"
  const rows = await tx.all<Row>(
    `SELECT u.sub, u.status, u.enabled, u.body, ${first} AS first, ${second} AS second FROM ${table}
      WHERE ${searched ? "s" : "u"}.pool_id = $1 ${searched ? `AND s.attribute = $${values.length + 3}` : ""} AND ${where}
      ORDER BY ${columns.join(", ")} LIMIT $2`,
    id,
    count,
    ...values,
    ...(searched ? [attribute] : []),
  )
  return rows.map((row) => ({ user: parseUser(row), place: [row.first, row.second] }))
}

/** Placeholders begin at $3. */
function rangeOf({ columns: [first, second], from, end }: Order, place: Value[] | undefined) {
  if (end === undefined)
    return second === undefined
      ? { where: `${first} = $3`, values: [from] }
      : { where: `${first} = $3 AND ${second} > $4`, values: [from, place?.[1] ?? ""] }
  if (place === undefined) return { where: `${first} >= $3 AND ${first} < $4`, values: [from, end] }
  return second === undefined
    ? { where: `${first} > $3 AND ${first} < $4`, values: [place[0]!, end] }
    : { where: `(${first}, ${second}) > ($3, $5) AND ${first} < $4`, values: [place[0]!, end, place[1]!] }
}
