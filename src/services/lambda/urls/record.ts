import type { Cors, FunctionUrlAuthType, InvokeMode } from "@aws-sdk/client-lambda"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { FunctionName } from "../arns.ts"

/** A URL as it is configured. Times are milliseconds since the epoch. */
export interface UrlBody {
  authType: FunctionUrlAuthType
  cors?: Cors
  invokeMode: InvokeMode
  createdAt: number
  lastModified: number
}

/** A URL of a function as a whole, or of one of its aliases. */
export interface UrlPlace {
  functionId: string
  alias: string | undefined
}

export interface FunctionUrl extends UrlPlace {
  /** 32 characters of `[a-z0-9]`: the first label of its host. */
  id: string
  /** Whose function it was when the URL was made; a function of that name with another id is another one. */
  owner: FunctionName
  body: UrlBody
}

const KIND = "lambda.url"

interface Row {
  url_id: string
  function_id: string
  alias: string
  owner: string
  body: string
}

const parse = ({ url_id, function_id, alias, owner, body }: Row): FunctionUrl => ({
  id: url_id,
  functionId: function_id,
  alias: alias === "" ? undefined : alias,
  owner: JSON.parse(owner) as FunctionName,
  body: JSON.parse(body) as UrlBody,
})

async function load(tx: Reading, id: string): Promise<FunctionUrl | undefined> {
  const row = await tx.get<Row>("SELECT * FROM lambda_urls WHERE url_id = $1", id)
  return row && parse(row)
}

/** By the first label of its host; at once where it is in memory. */
export const findUrl = (store: Store, id: string): FunctionUrl | undefined | Promise<FunctionUrl | undefined> =>
  /^[a-z0-9]{32}$/.test(id) ? store.cache(KIND, load).find(id) : undefined

export async function readUrl(tx: Reading, { functionId, alias }: UrlPlace): Promise<FunctionUrl | undefined> {
  const row = await tx.get<Row>(
    "SELECT * FROM lambda_urls WHERE function_id = $1 AND alias = $2",
    functionId,
    alias ?? "",
  )
  return row && parse(row)
}

/** Those of a function, the one of the function as a whole first. */
export async function listUrls(tx: Reading, functionId: string, after: string, limit: number): Promise<FunctionUrl[]> {
  const rows = await tx.all<Row>(
    "SELECT * FROM lambda_urls WHERE function_id = $1 AND alias >= $2 ORDER BY alias LIMIT $3",
    functionId,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function insertUrl(tx: Writing, { id, functionId, alias, owner, body }: FunctionUrl): Promise<void> {
  await tx.run(
    "INSERT INTO lambda_urls (url_id, function_id, alias, owner, body) VALUES ($1, $2, $3, $4, $5)",
    id,
    functionId,
    alias ?? "",
    JSON.stringify(owner),
    JSON.stringify(body),
  )
  await tx.changed(KIND, id)
}

export async function updateUrl(tx: Writing, { id, body }: FunctionUrl): Promise<void> {
  await tx.run("UPDATE lambda_urls SET body = $2 WHERE url_id = $1", id, JSON.stringify(body))
  await tx.changed(KIND, id)
}

export async function removeUrl(tx: Writing, id: string): Promise<void> {
  await tx.run("DELETE FROM lambda_urls WHERE url_id = $1", id)
  await tx.changed(KIND, id)
}
