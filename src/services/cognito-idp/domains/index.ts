import {
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
  UpdateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { DIGITS, randomText, UPPER } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { domainTaken, invalidParameter, noSuchDomain, poolHasDomain, tierLacksFeature } from "../errors.ts"
import { findUserPool, getUserPool, type UserPool } from "../user-pools/record.ts"
import { assertCustomDomain, assertPrefix } from "./names.ts"
import {
  type Domain,
  deleteDomain,
  describeDomain,
  domainsOf,
  findDomain,
  findNamedDomain,
  putDomain,
} from "./record.ts"

const DISTRIBUTION_LENGTH = 13

export const CreateUserPoolDomain = operation(CreateUserPoolDomainCommand, {
  access: onUserPool,
  async handle({ Domain: name, UserPoolId, CustomDomainConfig, ManagedLoginVersion, Routing }, context) {
    const pool = await getUserPool(UserPoolId, context)
    if (CustomDomainConfig) assertCustomDomain(name, context.endpoint.baseHosts)
    else assertPrefix(name)
    assertVersion(pool, ManagedLoginVersion)
    const domain: Domain = {
      region: pool.region,
      domain: name,
      poolId: pool.id,
      kind: CustomDomainConfig ? "custom" : "prefix",
      ...(CustomDomainConfig && { certificateArn: CustomDomainConfig.CertificateArn! }),
      distribution: `d${randomText(UPPER + DIGITS, DISTRIBUTION_LENGTH).toLowerCase()}.cloudfront.net`,
      managedLoginVersion: ManagedLoginVersion ?? 1,
      ...(Routing && { routing: Routing }),
      modifiedAt: context.clock.now(),
    }
    await context.store.transact(async (tx) => {
      const taken = CustomDomainConfig ? findNamedDomain(tx, name) : findDomain(tx, pool.region, name)
      if (await taken) throw domainTaken()
      if ((await domainsOf(tx, pool.id)).some(({ kind }) => kind === domain.kind)) throw poolHasDomain()
      await putDomain(tx, domain)
    })
    return answerOf(domain)
  },
})

const answerOf = ({ kind, distribution, managedLoginVersion }: Domain) => ({
  ManagedLoginVersion: managedLoginVersion,
  ...(kind === "custom" && { CloudFrontDomain: distribution }),
})

/** 1 is the classic hosted UI and 2 is managed login, which pools of the plan Lite have not. Source: CreateUserPoolDomain. */
function assertVersion({ settings }: UserPool, version: number | undefined): void {
  if (version !== undefined && version !== 1 && version !== 2)
    throw invalidParameter("Invalid ManagedLoginVersion value.") // UNVERIFIED text
  if (version === 2 && settings.UserPoolTier === "LITE") throw tierLacksFeature("LITE", "Managed login")
}

/** A domain that nobody has is described by nothing. Source: terraform-provider-aws, which looks for that. */
export const DescribeUserPoolDomain = operation(DescribeUserPoolDomainCommand, {
  access: () => ({ resource: "*" }),
  async handle({ Domain: name }, { store, account, region }) {
    const domain = await store.read((tx) => findDomain(tx, region, name))
    const pool = domain && (await findUserPool(store, domain.poolId))
    if (!pool || pool.account !== account) return { DomainDescription: {} }
    return { DomainDescription: describeDomain(account, domain) }
  },
})

export const UpdateUserPoolDomain = operation(UpdateUserPoolDomainCommand, {
  access: onUserPool,
  async handle({ Domain: name, UserPoolId, CustomDomainConfig, ManagedLoginVersion, Routing }, context) {
    const pool = await getUserPool(UserPoolId, context)
    assertVersion(pool, ManagedLoginVersion)
    const modifiedAt = context.clock.now()
    const changed = await context.store.transact(async (tx) => {
      const domain = await findDomain(tx, pool.region, name)
      if (domain?.poolId !== pool.id) throw noSuchDomain()
      if (CustomDomainConfig && domain.kind === "prefix")
        throw invalidParameter("A prefix domain has no custom domain configuration.") // UNVERIFIED text
      const changed: Domain = {
        ...domain,
        ...(CustomDomainConfig && { certificateArn: CustomDomainConfig.CertificateArn! }),
        ...(ManagedLoginVersion !== undefined && { managedLoginVersion: ManagedLoginVersion }),
        ...(Routing && { routing: Routing }),
        modifiedAt,
      }
      await putDomain(tx, changed)
      return changed
    })
    return answerOf(changed)
  },
})

export const DeleteUserPoolDomain = operation(DeleteUserPoolDomainCommand, {
  access: onUserPool,
  async handle({ Domain: name, UserPoolId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      const domain = await findDomain(tx, pool.region, name)
      if (domain?.poolId !== pool.id) throw noSuchDomain()
      await deleteDomain(tx, domain)
    })
    return {}
  },
})
