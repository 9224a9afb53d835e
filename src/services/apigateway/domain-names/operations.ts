import {
  CreateDomainNameCommand,
  DeleteDomainNameCommand,
  GetDomainNameCommand,
  GetDomainNamesCommand,
  UpdateDomainNameCommand,
} from "@aws-sdk/client-api-gateway"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { type Domain, getDomain, isTaken, listDomains, putDomain, removeDomain } from "../../apigatewayv2/service.ts"
import { on, toCreate } from "../access.ts"
import { badRequest, domainNameNotFound, limitExceeded } from "../errors.ts"
import { listPage } from "../paging.ts"
import { applyPatch } from "../patch.ts"
import { patchedKeys } from "../request-keys.ts"
import { assertTags } from "../tag-rules.ts"
import { assertConfiguration, assertSupported, configure, routingModeOf, showDomain } from "./configure.ts"
import { domainRules } from "./rules.ts"

export const DOMAIN = "/domainnames/{domainName}"

/** Developer Guide, "Quotas": of one account in one region. */
const MOST_DOMAINS = 120

export const NAME = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/

export async function getDomainName(tx: Reading, scope: Scope, domainName: string): Promise<Domain> {
  const name = domainName.toLowerCase()
  if (!NAME.test(name)) throw domainNameNotFound()
  return getDomain(tx, name, scope)
}

export const CreateDomainName = operation(CreateDomainNameCommand, {
  access: toCreate(
    "/domainnames",
    ({ endpointConfiguration, securityPolicy, mutualTlsAuthentication, routingMode }) => ({
      "apigateway:Request/EndpointType": endpointConfiguration?.types ?? ["EDGE"],
      "apigateway:Request/SecurityPolicy": [securityPolicy ?? "TLS_1_2"],
      "apigateway:Request/MtlsTrustStoreUri": mutualTlsAuthentication?.truststoreUri,
      "apigateway:Request/MtlsTrustStoreVersion": mutualTlsAuthentication?.truststoreVersion,
      "apigateway:Request/RoutingMode": routingMode,
    }),
  ),
  async handle({ domainName, tags = {}, ...given }, context) {
    const { endpoint, account, region, store } = context
    const name = domainName.toLowerCase()
    assertSupported(given)
    // UNVERIFIED texts.
    if (name.length > 253 || !NAME.test(name)) throw badRequest("Invalid domain name identifier specified")
    if (endpoint.baseHosts.some((base) => name === base || name.endsWith(`.${base}`)))
      throw badRequest("The domain name is one of this server's own.")
    assertTags(tags)
    const RoutingMode = routingModeOf(given.routingMode ?? "BASE_PATH_MAPPING_ONLY")
    const body = { DomainNameConfigurations: [configure(given, endpoint, region)], RoutingMode, Tags: tags }
    const domain: Domain = { name, account, region, body }
    await store.transact(async (tx) => {
      // Quoted by many who met it.
      if (await isTaken(tx, name)) throw badRequest("The domain name you provided already exists.")
      if ((await listDomains(tx, context, "", MOST_DOMAINS)).length >= MOST_DOMAINS)
        throw limitExceeded("domain names", "account")
      await putDomain(tx, domain)
    })
    return showDomain(domain)
  },
})

export const GetDomainName = operation(GetDomainNameCommand, {
  access: on("GET", DOMAIN),
  handle: ({ domainName }, context) =>
    context.store.read(async (tx) => showDomain(await getDomainName(tx, context, domainName))),
})

/** Nobody shares private domain names with other accounts here. */
export const GetDomainNames = operation(GetDomainNamesCommand, {
  access: on("GET", "/domainnames"),
  async handle({ resourceOwner, ...asked }, context) {
    if (resourceOwner === "OTHER_ACCOUNTS") return { items: [] }
    const { account, region, masterKey, store } = context
    const { items, ...next } = await store.read((tx) =>
      listPage(masterKey, `apigateway domain-name ${account}/${region}`, asked, {
        load: (after, limit) => listDomains(tx, context, after, limit),
        keyOf: ({ name }) => name,
      }),
    )
    return { items: items.map(showDomain), ...next }
  },
})

export const UpdateDomainName = operation(UpdateDomainNameCommand, {
  access: on("PATCH", DOMAIN, ({ patchOperations }) =>
    patchedKeys(patchOperations, {
      "/endpointConfiguration/types*": "apigateway:Request/EndpointType",
      "/securityPolicy": "apigateway:Request/SecurityPolicy",
      "/mutualTlsAuthentication/truststoreUri": "apigateway:Request/MtlsTrustStoreUri",
      "/mutualTlsAuthentication/truststoreVersion": "apigateway:Request/MtlsTrustStoreVersion",
      "/routingMode": "apigateway:Request/RoutingMode",
    }),
  ),
  async handle({ domainName, patchOperations }, context) {
    const { endpoint, region, store } = context
    return store.transact(async (tx) => {
      const { body, ...domain } = await getDomainName(tx, context, domainName)
      const { configuration, routingMode } = applyPatch(
        { configuration: body.DomainNameConfigurations[0]!, routingMode: body.RoutingMode },
        patchOperations,
        domainRules(endpoint, region),
        "plain",
      )
      assertConfiguration(configuration)
      const changed: Domain = {
        ...domain,
        body: { ...body, DomainNameConfigurations: [configuration], RoutingMode: routingMode },
      }
      await putDomain(tx, changed)
      return showDomain(changed)
    })
  },
})

/** With its base paths. */
export const DeleteDomainName = operation(DeleteDomainNameCommand, {
  access: on("DELETE", DOMAIN),
  async handle({ domainName }, context) {
    await context.store.transact(async (tx) => removeDomain(tx, await getDomainName(tx, context, domainName)))
    return {}
  },
})
