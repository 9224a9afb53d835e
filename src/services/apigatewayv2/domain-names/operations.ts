import {
  CreateDomainNameCommand,
  DeleteDomainNameCommand,
  type DomainNameConfiguration,
  GetDomainNameCommand,
  GetDomainNamesCommand,
  UpdateDomainNameCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { RequirementContext } from "../../../authorization/requirement.ts"
import { type Endpoint, siteUrl } from "../../../base/endpoint.ts"
import { operation } from "../../../operation.ts"
import { creating, gatewayArn, on } from "../access.ts"
import { LABEL } from "../apis/show.ts"
import { badRequest, tooManyInAccount, unsupported } from "../errors.ts"
import { newApiId } from "../ids.ts"
import { page } from "../paging.ts"
import { assertTags } from "../tags/limits.ts"
import { type Domain, type DomainBody, getDomain, isTaken, listDomains, putDomain, removeDomain } from "./record.ts"

/** Developer Guide, "Quotas": of one account in one region. */
const DOMAINS_AT_MOST = 120

export const domainPath = ({ DomainName }: { DomainName: string }): string => `/domainnames/${DomainName}`

interface Requested {
  DomainNameConfigurations?: readonly DomainNameConfiguration[] | undefined
  RoutingMode?: string | undefined
}
const requested = ({ DomainNameConfigurations = [], RoutingMode }: Requested): RequirementContext => {
  const listed = (member: "EndpointType" | "SecurityPolicy") => {
    const values = DomainNameConfigurations.flatMap((one) => one[member] ?? [])
    return values.length > 0 ? values : undefined
  }
  return {
    "apigateway:Request/EndpointType": listed("EndpointType"),
    "apigateway:Request/SecurityPolicy": listed("SecurityPolicy"),
    "apigateway:Request/RoutingMode": RoutingMode,
  }
}

const show = ({ name, region, body }: Domain) => ({
  ApiMappingSelectionExpression: "$request.basepath",
  DomainName: name,
  DomainNameArn: gatewayArn({ region }, `/domainnames/${name}`),
  DomainNameConfigurations: body.DomainNameConfigurations,
  RoutingMode: body.RoutingMode,
  Tags: { ...body.Tags },
})

const NAME = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/

/** UNVERIFIED: the texts. */
function configurationsOf(
  given: readonly DomainNameConfiguration[] | undefined,
  endpoint: Endpoint,
  region: string,
  before?: DomainBody,
): DomainBody["DomainNameConfigurations"] {
  if (given === undefined || given.length === 0)
    throw badRequest("At least one domain name configuration must be provided.")
  if (given.length > 1) throw badRequest("Only one domain name configuration can be provided.")
  return given.map((one) => {
    const known = before?.DomainNameConfigurations[0]
    const EndpointType = one.EndpointType ?? "REGIONAL"
    if (EndpointType !== "REGIONAL") throw badRequest("Only the endpoint type REGIONAL is supported.")
    const CertificateArn = one.CertificateArn ?? known?.CertificateArn
    if (!/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/.test(CertificateArn ?? ""))
      throw badRequest("Invalid certificate ARN specified: it must be of a certificate of ACM.")
    return {
      ApiGatewayDomainName:
        known?.ApiGatewayDomainName ?? new URL(siteUrl(endpoint, `d-${newApiId()}.${LABEL}.${region}`)).hostname,
      CertificateArn: CertificateArn!,
      DomainNameStatus: "AVAILABLE" as const,
      EndpointType,
      // One for every region of AWS, none of which is here; clients make an alias of it.
      HostedZoneId: known?.HostedZoneId ?? `Z${newApiId().toUpperCase()}`,
      IpAddressType: one.IpAddressType ?? known?.IpAddressType ?? "ipv4",
      SecurityPolicy: one.SecurityPolicy ?? known?.SecurityPolicy ?? "TLS_1_2",
      ...(one.OwnershipVerificationCertificateArn && {
        OwnershipVerificationCertificateArn: one.OwnershipVerificationCertificateArn,
      }),
    }
  })
}

/** What stands before the server ends TLS, and no certificate of a client comes this far. */
function assertNoMutualTls(asked: { TruststoreUri?: string | undefined } | undefined): void {
  if (asked?.TruststoreUri)
    throw unsupported("Mutual TLS is not supported by this server: leave out the mutual TLS authentication.")
}

export const CreateDomainName = operation(CreateDomainNameCommand, {
  access: creating(() => "/domainnames", requested),
  async handle(input, context) {
    const { endpoint, account, region, store } = context
    const { Tags = {} } = input
    const name = input.DomainName.toLowerCase()
    assertNoMutualTls(input.MutualTlsAuthentication)
    if (name.length > 253 || !NAME.test(name)) throw badRequest("Invalid domain name identifier specified")
    if (endpoint.baseHosts.some((base) => name === base || name.endsWith(`.${base}`)))
      throw badRequest("The domain name is one of this server's own.")
    assertTags(Tags)
    const domain: Domain = {
      name,
      account,
      region,
      body: {
        DomainNameConfigurations: configurationsOf(input.DomainNameConfigurations, endpoint, region),
        RoutingMode: input.RoutingMode ?? "API_MAPPING_ONLY",
        Tags,
      },
    }
    await store.transact(async (tx) => {
      if (await isTaken(tx, name)) throw badRequest("The domain name you provided already exists.")
      if ((await listDomains(tx, context, "", DOMAINS_AT_MOST)).length >= DOMAINS_AT_MOST)
        throw tooManyInAccount("domain names")
      await putDomain(tx, domain)
    })
    return show(domain)
  },
})

export const GetDomainName = operation(GetDomainNameCommand, {
  access: on("GET", domainPath),
  handle: ({ DomainName }, context) => context.store.read(async (tx) => show(await getDomain(tx, DomainName, context))),
})

export const GetDomainNames = operation(GetDomainNamesCommand, {
  access: on("GET", () => "/domainnames"),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { Items, ...next } = await page(context, `domains ${context.account} ${context.region}`, input, {
        load: (after, limit) => listDomains(tx, context, after, limit),
        keyOf: ({ name }) => name,
      })
      return { Items: Items.map(show), ...next }
    }),
})

export const UpdateDomainName = operation(UpdateDomainNameCommand, {
  access: on("PATCH", domainPath, requested),
  handle: (input, context) =>
    context.store.transact(async (tx) => {
      assertNoMutualTls(input.MutualTlsAuthentication)
      const { body, ...domain } = await getDomain(tx, input.DomainName, context)
      const changed: Domain = {
        ...domain,
        body: {
          ...body,
          ...(input.DomainNameConfigurations && {
            DomainNameConfigurations: configurationsOf(
              input.DomainNameConfigurations,
              context.endpoint,
              domain.region,
              body,
            ),
          }),
          ...(input.RoutingMode && { RoutingMode: input.RoutingMode }),
        },
      }
      await putDomain(tx, changed)
      return show(changed)
    }),
})

export const DeleteDomainName = operation(DeleteDomainNameCommand, {
  access: on("DELETE", domainPath),
  async handle({ DomainName }, context) {
    await context.store.transact(async (tx) => removeDomain(tx, await getDomain(tx, DomainName, context)))
    return {}
  },
})
