import type { DomainDescriptionType, RoutingType } from "@aws-sdk/client-cognito-identity-provider"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { cached } from "../caches.ts"
import { assertPoolThere } from "../user-pools/record.ts"
import { isStorable } from "../users/names.ts"

/** A domain of a pool's sign-in pages. Times are milliseconds since the epoch. */
export interface Domain extends DomainSettings {
  /** A prefix of AWS's own domain, or a whole name. */
  domain: string
  region: string
  poolId: string
  kind: DomainKind
}

export type DomainKind = "prefix" | "custom"

interface DomainSettings {
  /** Of a custom domain. */
  certificateArn?: string
  /** The name that a custom domain is to be an alias of. */
  distribution: string
  managedLoginVersion: number
  routing?: RoutingType
  modifiedAt: number
}

interface DomainRow {
  region: string
  domain: string
  pool_id: string
  kind: DomainKind
  body: string
}

const parseDomain = ({ region, domain, pool_id, kind, body }: DomainRow): Domain => ({
  ...(JSON.parse(body) as DomainSettings),
  region,
  domain,
  poolId: pool_id,
  kind,
})

const COLUMNS = "region, domain, pool_id, kind, body"

/** Domains are unique in their region, whoever's pools they are of. */
export async function findDomain(tx: Reading, region: string, domain: string): Promise<Domain | undefined> {
  if (!isStorable(domain)) return undefined
  const row = await tx.get<DomainRow>(
    `SELECT ${COLUMNS} FROM idp_domains WHERE region = $1 AND domain = $2`,
    region,
    domain,
  )
  return row && parseDomain(row)
}

const KIND = "cognito-idp.domain"

/** By `<region> <domain>`; what is asked for by each request to the domain's pages. */
const domains = cached(KIND, async (tx, key): Promise<Domain | undefined> => {
  const [region, name] = key.split(" ") as [string, string]
  return findDomain(tx, region, name)
})

const NAMED_KIND = "cognito-idp.custom-domain"

/** Custom domains by their names, whatever the region. */
const named = cached(NAMED_KIND, findNamedDomain)

/** The custom domain of this name: a request by it says nothing of a region, so that there is one in all of them. */
export async function findNamedDomain(tx: Reading, name: string): Promise<Domain | undefined> {
  const sql = `SELECT ${COLUMNS} FROM idp_domains WHERE domain = $1 AND kind = 'custom' ORDER BY region LIMIT 1`
  const row = await tx.get<DomainRow>(sql, name)
  return row && parseDomain(row)
}

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/

/** The same as `findDomain`, from memory where it is there. */
export const findKnownDomain = (
  store: Store,
  region: string,
  name: string,
): Domain | undefined | Promise<Domain | undefined> =>
  REGION.test(region) && NAME.test(name) ? domains(store).find(`${region} ${name}`) : undefined

export const findCustomDomain = (store: Store, name: string): Domain | undefined | Promise<Domain | undefined> =>
  NAME.test(name) ? named(store).find(name) : undefined

const OF_POOL_KIND = "cognito-idp.domains-of-pool"
const ofPool = cached(OF_POOL_KIND, (tx, poolId): Promise<readonly Domain[]> => domainsOf(tx, poolId))

/** The domain that a pool is known by: its own name where it has one, else the prefix. Source: "Configuring a user pool domain". */
export const findDomainOf = async (store: Store, poolId: string): Promise<Domain | undefined> =>
  // In the order of the kinds' names.
  (await ofPool(store).find(poolId))?.[0]

/** At most one of each kind. */
export const domainsOf = async (tx: Reading, poolId: string): Promise<Domain[]> =>
  (await tx.all<DomainRow>(`SELECT ${COLUMNS} FROM idp_domains WHERE pool_id = $1 ORDER BY kind`, poolId)).map(
    parseDomain,
  )

export async function putDomain(tx: Writing, { region, domain, poolId, kind, ...body }: Domain): Promise<void> {
  await assertPoolThere(tx, poolId)
  await tx.run(
    `INSERT INTO idp_domains (region, domain, pool_id, kind, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (region, domain) DO UPDATE SET body = excluded.body`,
    region,
    domain,
    poolId,
    kind,
    JSON.stringify(body),
  )
  await forget(tx, { region, domain, poolId })
}

async function forget(
  tx: Writing,
  { region, domain, poolId }: Pick<Domain, "region" | "domain" | "poolId">,
): Promise<void> {
  await tx.changed(OF_POOL_KIND, poolId)
  await tx.changed(KIND, `${region} ${domain}`)
  await tx.changed(NAMED_KIND, domain)
}

export async function deleteDomain(tx: Writing, { region, domain, poolId }: Domain): Promise<void> {
  await tx.run("DELETE FROM idp_domains WHERE region = $1 AND domain = $2", region, domain)
  await forget(tx, { region, domain, poolId })
}

export const describeDomain = (account: string, domain: Domain): DomainDescriptionType => ({
  UserPoolId: domain.poolId,
  AWSAccountId: account,
  Domain: domain.domain,
  S3Bucket: `aws-cognito-prod-${domain.region}-assets`, // UNVERIFIED: AWS names airports
  CloudFrontDistribution: domain.distribution,
  Version: new Date(domain.modifiedAt).toISOString().replace(/\D/g, "").slice(0, 14),
  Status: "ACTIVE",
  CustomDomainConfig: { CertificateArn: domain.certificateArn },
  ManagedLoginVersion: domain.managedLoginVersion,
  ...(domain.routing && { Routing: domain.routing }),
})
