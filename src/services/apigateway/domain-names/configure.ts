import type { CreateDomainNameCommandInput, DomainName as Shown } from "@aws-sdk/client-api-gateway"
import { type Endpoint, siteUrl } from "../../../base/endpoint.ts"
import { DIGITS, LOWER, randomText } from "../../../base/random.ts"
import type { Domain } from "../../apigatewayv2/service.ts"
import { pathArn } from "../access.ts"
import { badRequest } from "../errors.ts"

export type Configuration = Domain["body"]["DomainNameConfigurations"][number]

const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/
/** Of every distribution of CloudFront (Route 53 API Reference, AliasTarget). */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"

const unsupported = (message: string) => {
  const error = badRequest(message)
  error.because = { check: "what this server has", found: message }
  return error
}

type Given = Omit<CreateDomainNameCommandInput, "domainName">

/** What stands before the server ends TLS: certificates are named and not held. UNVERIFIED texts. */
export function assertSupported(given: Given): void {
  if (given.certificateBody || given.certificatePrivateKey || given.certificateChain)
    throw unsupported("Certificates cannot be uploaded to this server: name one of ACM by its ARN.")
  if (given.mutualTlsAuthentication?.truststoreUri)
    throw unsupported("Mutual TLS is not supported by this server: leave out the mutual TLS authentication.")
  if (given.policy || given.endpointConfiguration?.types?.includes("PRIVATE"))
    throw unsupported("Private custom domain names are not supported by this server.")
}

/** UNVERIFIED texts. */
export function assertConfiguration({ CertificateArn, EndpointType }: Configuration): void {
  if (EndpointType !== "EDGE" && EndpointType !== "REGIONAL")
    throw badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
  if (!CERTIFICATE.test(CertificateArn ?? ""))
    throw badRequest("Invalid certificate ARN specified: it must be of a certificate of ACM.")
}

/** Where names of the server's own are not those of AWS. */
export const targetOf = (type: Configuration["EndpointType"], endpoint: Endpoint, region: string): string => {
  const label = `d-${randomText(LOWER + DIGITS, 10)}`
  if (type === "EDGE") return `${label}.cloudfront.net`
  return new URL(siteUrl(endpoint, `${label}.execute-api.${region}`)).hostname
}

export function configure(given: Given, endpoint: Endpoint, region: string): Configuration {
  const types = given.endpointConfiguration?.types ?? []
  if (types.length > 1) throw badRequest("Cannot create a domain name with multiple Endpoint Types.") // UNVERIFIED text
  const isRegional = given.regionalCertificateArn !== undefined && given.certificateArn === undefined
  const EndpointType = (types[0] ?? (isRegional ? "REGIONAL" : "EDGE")) as Configuration["EndpointType"]
  const configuration: Configuration = {
    ApiGatewayDomainName: targetOf(EndpointType, endpoint, region),
    CertificateArn: EndpointType === "EDGE" ? given.certificateArn : given.regionalCertificateArn,
    CertificateName: EndpointType === "EDGE" ? given.certificateName : given.regionalCertificateName,
    DomainNameStatus: "AVAILABLE",
    EndpointType,
    HostedZoneId: EndpointType === "EDGE" ? CLOUDFRONT_ZONE : `Z${randomText(LOWER + DIGITS, 13).toUpperCase()}`,
    IpAddressType: given.endpointConfiguration?.ipAddressType ?? "ipv4",
    SecurityPolicy: (given.securityPolicy ?? "TLS_1_2") as Configuration["SecurityPolicy"],
    OwnershipVerificationCertificateArn: given.ownershipVerificationCertificateArn,
  }
  assertConfiguration(configuration)
  return configuration
}

/** What the model of REST APIs calls otherwise: the newer one's routing of API mappings. */
const MODES: Readonly<Record<string, Domain["body"]["RoutingMode"]>> = {
  BASE_PATH_MAPPING_ONLY: "API_MAPPING_ONLY",
  ROUTING_RULE_ONLY: "ROUTING_RULE_ONLY",
  ROUTING_RULE_THEN_BASE_PATH_MAPPING: "ROUTING_RULE_THEN_API_MAPPING",
}
export function routingModeOf(mode: string): Domain["body"]["RoutingMode"] {
  const found = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined
  if (!found) throw badRequest(`Invalid routing mode specified. Valid options are ${Object.keys(MODES).join(",")}`) // UNVERIFIED text
  return found
}

export function showDomain({ name, region, body }: Domain): Shown {
  const one = body.DomainNameConfigurations[0]!
  const isEdge = one.EndpointType === "EDGE"
  return {
    domainName: name,
    domainNameArn: pathArn(region, `/domainnames/${name}`),
    ...(isEdge
      ? {
          certificateArn: one.CertificateArn,
          certificateName: one.CertificateName,
          distributionDomainName: one.ApiGatewayDomainName,
          distributionHostedZoneId: one.HostedZoneId,
        }
      : {
          regionalCertificateArn: one.CertificateArn,
          regionalCertificateName: one.CertificateName,
          regionalDomainName: one.ApiGatewayDomainName,
          regionalHostedZoneId: one.HostedZoneId,
        }),
    endpointConfiguration: { types: [one.EndpointType], ipAddressType: one.IpAddressType },
    domainNameStatus: one.DomainNameStatus,
    securityPolicy: one.SecurityPolicy,
    ownershipVerificationCertificateArn: one.OwnershipVerificationCertificateArn,
    routingMode: Object.entries(MODES).find(([, mode]) => mode === body.RoutingMode)?.[0] as Shown["routingMode"],
    tags: { ...body.Tags },
  }
}
