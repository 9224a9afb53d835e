import type { Cors, IpAddressType, ProtocolType } from "@aws-sdk/client-apigatewayv2"
import type { CallContext } from "../../../call.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { apiNotFound } from "../errors.ts"
import type { ApiOwner } from "../snapshot.ts"

/** An API as it is configured. Times are milliseconds since the epoch. */
export interface ApiBody {
  Name: string
  ProtocolType: ProtocolType
  RouteSelectionExpression: string
  ApiKeySelectionExpression: string
  DisableExecuteApiEndpoint: boolean
  IpAddressType: IpAddressType
  CorsConfiguration?: Cors
  Description?: string
  DisableSchemaValidation?: boolean
  Version?: string
  ApiGatewayManaged?: boolean
  Tags: Record<string, string>
  createdAt: number
}

export interface Api extends ApiOwner {
  body: ApiBody
}

/** Developer Guide, "Quotas": of one account in one region. */
export const APIS_AT_MOST = 600

const CACHE = "apigatewayv2.api"

interface Row {
  account: string
  region: string
  api_id: string
  body: string
}

const parse = ({ account, region, api_id, body }: Row): Api => ({
  apiId: api_id,
  account,
  region,
  body: JSON.parse(body) as ApiBody,
})

async function load(tx: Reading, apiId: string): Promise<Api | undefined> {
  const row = await tx.get<Row>("SELECT * FROM apigw2_apis WHERE api_id = $1", apiId)
  return row && parse(row)
}

const isApiId = (id: string): boolean => /^[a-z0-9]{10}$/.test(id)

/** Whoever owns it; at once where it is in memory. */
export const findApi = (store: Store, apiId: string): Api | undefined | Promise<Api | undefined> =>
  isApiId(apiId) ? store.cache(CACHE, load).find(apiId) : undefined

/** An API of the caller's account and region; of another's nothing is told but that it is not there. */
export async function getApi(
  tx: Reading,
  apiId: string,
  { account, region }: Pick<CallContext, "account" | "region">,
): Promise<Api> {
  const api = isApiId(apiId) ? await load(tx, apiId) : undefined
  if (api?.account !== account || api.region !== region) throw apiNotFound(account, apiId)
  return api
}

export async function listApis(
  tx: Reading,
  { account, region }: Pick<CallContext, "account" | "region">,
  after: string,
  limit: number,
): Promise<Api[]> {
  const rows = await tx.all<Row>(
    "SELECT * FROM apigw2_apis WHERE account = $1 AND region = $2 AND api_id > $3 ORDER BY api_id LIMIT $4",
    account,
    region,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function countApis(
  tx: Reading,
  { account, region }: Pick<CallContext, "account" | "region">,
): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>(
    "SELECT COUNT(*) AS n FROM apigw2_apis WHERE account = $1 AND region = $2",
    account,
    region,
  )
  return Number(row!.n)
}

export async function putApi(tx: Writing, { account, region, apiId, body }: Api): Promise<void> {
  await tx.run(
    `INSERT INTO apigw2_apis (account, region, api_id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account, region, api_id) DO UPDATE SET body = excluded.body`,
    account,
    region,
    apiId,
    JSON.stringify(body),
  )
  await tx.changed(CACHE, apiId)
}

export async function removeApi(tx: Writing, { account, region, apiId }: ApiOwner): Promise<void> {
  await tx.run("DELETE FROM apigw2_apis WHERE account = $1 AND region = $2 AND api_id = $3", account, region, apiId)
  await tx.changed(CACHE, apiId)
}
