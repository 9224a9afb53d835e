import type { Endpoint } from "../../../base/endpoint.ts"
import type { Domain } from "../../apigatewayv2/service.ts"
import { badRequest } from "../errors.ts"
import type { Patched, Rule } from "../patch.ts"
import { assertSupported, type Configuration, routingModeOf, targetOf } from "./configure.ts"

export interface DomainDraft {
  configuration: Configuration
  routingMode: Domain["body"]["RoutingMode"]
}

const POLICIES = ["TLS_1_0", "TLS_1_2"]

const replace = (path: string, apply: (draft: DomainDraft, patched: Patched) => void): Rule<DomainDraft> => ({
  path,
  ops: ["replace"],
  apply,
})

/** A setting of the one type of endpoint, which domains of the other type have not. UNVERIFIED text. */
const ofType = (
  path: string,
  type: Configuration["EndpointType"],
  member: "CertificateArn" | "CertificateName",
): Rule<DomainDraft> =>
  replace(path, ({ configuration }, { value }) => {
    if (configuration.EndpointType !== type) throw badRequest(`Invalid patch path ${path}`)
    configuration[member] = value
  })

/** API Reference, "Patch operations", UpdateDomainName. */
export const domainRules = (endpoint: Endpoint, region: string): readonly Rule<DomainDraft>[] => [
  ofType("/certificateArn", "EDGE", "CertificateArn"),
  ofType("/certificateName", "EDGE", "CertificateName"),
  ofType("/regionalCertificateArn", "REGIONAL", "CertificateArn"),
  ofType("/regionalCertificateName", "REGIONAL", "CertificateName"),
  replace("/ownershipVerificationCertificateArn", ({ configuration }, { value }) => {
    configuration.OwnershipVerificationCertificateArn = value || undefined
  }),
  replace("/securityPolicy", ({ configuration }, { value = "" }) => {
    // UNVERIFIED text.
    if (!POLICIES.includes(value) && !/^SecurityPolicy_\w+$/.test(value))
      throw badRequest(`Invalid security policy specified. Valid options are ${POLICIES.join(",")}`)
    configuration.SecurityPolicy = value as Configuration["SecurityPolicy"]
  }),
  replace("/routingMode", (draft, { value = "" }) => {
    draft.routingMode = routingModeOf(value)
  }),
  replace("/endpointConfiguration/ipAddressType", ({ configuration }, { value = "" }) => {
    if (value !== "ipv4" && value !== "dualstack") throw badRequest("ipAddressType must be either ipv4 or dualstack.")
    configuration.IpAddressType = value
  }),
  {
    path: "/endpointConfiguration/types/{type}",
    ops: ["add", "remove", "replace"],
    apply({ configuration }, { op, names: [name = ""], value = "" }) {
      const given = (op === "replace" ? value : name) as Configuration["EndpointType"]
      if (op === "remove") {
        if (given === configuration.EndpointType)
          throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
        return
      }
      if (given !== configuration.EndpointType) configuration.ApiGatewayDomainName = targetOf(given, endpoint, region)
      configuration.EndpointType = given
    },
  },
  ...["truststoreUri", "truststoreVersion"].map((member) =>
    replace(`/mutualTlsAuthentication/${member}`, (_, { value }) => {
      assertSupported({ mutualTlsAuthentication: { truststoreUri: value } })
    }),
  ),
]
