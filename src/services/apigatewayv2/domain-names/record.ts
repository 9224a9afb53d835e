import type { ApiMapping, DomainNameConfiguration, RoutingMode, RoutingRule } from "@aws-sdk/client-apigatewayv2"
import type { CallContext } from "../../../call.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { partNotFound } from "../errors.ts"
import { parts } from "../parts.ts"

export interface DomainBody {
  /** One. `EDGE` is for REST APIs alone, whose model makes it. */
  DomainNameConfigurations: (Omit<DomainNameConfiguration, "CertificateUploadDate"> & {
    EndpointType: "REGIONAL" | "EDGE"
  })[]
  RoutingMode: RoutingMode
  Tags: Readonly<Record<string, string>>
}

export interface Domain {
  name: string
  account: string
  region: string
  body: DomainBody
}

/** What a host that somebody has named is served by. */
export interface ServedDomain extends Domain {
  mappings: readonly MappingBody[]
  /** By their priorities, the first that counts first. */
  rules: readonly RuleBody[]
}

export interface MappingBody extends Omit<ApiMapping, "ApiMappingId"> {
  ApiId: string
  /** Empty where a base path of the model of REST APIs names none: the path's next segment does. */
  Stage: string
  /** Without a slash at either end; empty for what stands at the root. */
  ApiMappingKey: string
}
export type RuleBody = Required<Pick<RoutingRule, "Actions" | "Conditions" | "Priority">>

const CACHE = "apigatewayv2.domain"

export const mappings = parts<MappingBody>("mapping")
export const rules = parts<RuleBody>("rule")

interface Row {
  account: string
  region: string
  name: string
  body: string
}

const parse = ({ account, region, name, body }: Row): Domain => ({
  name,
  account,
  region,
  body: JSON.parse(body) as DomainBody,
})

async function load(tx: Reading, name: string): Promise<ServedDomain | undefined> {
  const row = await tx.get<Row>("SELECT * FROM apigw2_domains WHERE name = $1", name)
  if (!row) return undefined
  const byPriority = (await rules.all(tx, name)).map(({ body }) => body).sort((a, b) => a.Priority! - b.Priority!)
  return { ...parse(row), mappings: (await mappings.all(tx, name)).map(({ body }) => body), rules: byPriority }
}

/** By the name of a host, in lower case; at once where it is in memory. */
export const findDomain = (store: Store, name: string): ServedDomain | undefined | Promise<ServedDomain | undefined> =>
  store.cache(CACHE, load).find(name)

/** To be said with every change of a domain name, of a mapping or a rule. */
export const domainChanged = (tx: Writing, name: string): Promise<void> => tx.changed(CACHE, name)

export const isTaken = async (tx: Reading, name: string): Promise<boolean> =>
  (await tx.get("SELECT name FROM apigw2_domains WHERE name = $1", name)) !== undefined

export async function getDomain(
  tx: Reading,
  name: string,
  { account, region }: Pick<CallContext, "account" | "region">,
): Promise<Domain> {
  const row = await tx.get<Row>(
    "SELECT * FROM apigw2_domains WHERE account = $1 AND region = $2 AND name = $3",
    account,
    region,
    name,
  )
  if (!row) throw partNotFound("domain name")
  return parse(row)
}

export async function listDomains(
  tx: Reading,
  { account, region }: Pick<CallContext, "account" | "region">,
  after: string,
  limit: number,
): Promise<Domain[]> {
  const rows = await tx.all<Row>(
    "SELECT * FROM apigw2_domains WHERE account = $1 AND region = $2 AND name > $3 ORDER BY name LIMIT $4",
    account,
    region,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function putDomain(tx: Writing, { account, region, name, body }: Domain): Promise<void> {
  await tx.run(
    `INSERT INTO apigw2_domains (account, region, name, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account, region, name) DO UPDATE SET body = excluded.body`,
    account,
    region,
    name,
    JSON.stringify(body),
  )
  await domainChanged(tx, name)
}

/** With all that it maps: there are at most 200 mappings and 50 rules. */
export async function removeDomain(tx: Writing, { account, region, name }: Domain): Promise<void> {
  await tx.run("DELETE FROM apigw2_domains WHERE account = $1 AND region = $2 AND name = $3", account, region, name)
  await tx.run("DELETE FROM apigw2_parts WHERE owner = $1 AND kind IN ('mapping', 'rule')", name)
  await domainChanged(tx, name)
}
