import { type Action, type ConditionKey, findService, type KeyType } from "./read.ts"

/**
 * The keys that a request of any service can have.
 * Source: IAM User Guide, "AWS global condition context keys" (2026).
 */
const GLOBAL: Readonly<Record<string, string>> = {
  String: `
    aws:CalledViaFirst aws:CalledViaLast aws:ChatbotSourceArn aws:Ec2InstanceSourceVpc aws:FederatedProvider
    aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalServiceName aws:PrincipalTag/<key> aws:PrincipalType
    aws:referer aws:RequestedRegion aws:RequestTag/<key> aws:ResourceAccount aws:ResourceOrgID
    aws:ResourceTag/<key> aws:SourceAccount aws:SourceIdentity aws:SourceOrgID aws:SourceVpc aws:SourceVpce
    aws:UserAgent aws:userid aws:username aws:VpceAccount aws:VpceOrgID ec2:RoleDelivery
    glue:CredentialIssuingService glue:RoleAssumedBy identitystore:UserId`,
  ARN: `
    aws:PrincipalArn aws:SignInSessionArn aws:SourceArn aws:SourceVpcArn codebuild:BuildArn codebuild:ProjectArn
    ec2:SourceInstanceArn lambda:SourceFunctionArn ssm:SourceInstanceArn`,
  Bool: `
    aws:AssumedRoot aws:CalledViaAWSMCP aws:IsMcpServiceAction aws:MultiFactorAuthPresent aws:PrincipalIsAWSService
    aws:SecureTransport aws:ViaAWSMCPService aws:ViaAWSService`,
  Numeric: "aws:MultiFactorAuthAge",
  Date: "aws:CurrentTime aws:EpochTime aws:TokenIssueTime",
  IPAddress: "aws:Ec2InstanceSourcePrivateIPv4 aws:SourceIp aws:VpcSourceIp",
  ArrayOfString: `
    aws:CalledVia aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths aws:SourceOrgPaths
    aws:TagKeys aws:VpceOrgPaths`,
}

/** Hallpass's own key. AWS gives it to no request. */
export const HALLPASS_GROUPS = "cognito:groups"

/** Keys of federation that stay in the session, and so are in each of its requests ("Available keys for AWS web identity
 * federation" and "... SAML-based"): their claims. The reference lists amr as a String; it is a list. */
const FEDERATED: Readonly<Record<string, boolean>> = { aud: false, sub: false, amr: true, oaud: false, id: false }
const LASTING = /^(.+\..+):(aud|sub|amr|oaud|id|app_id|user_id)$/i
const LASTING_SAML = /^saml:(sub|sub_type|namequalifier)$/i

const GLOBAL_KEYS: readonly ConditionKey[] = Object.entries(GLOBAL).flatMap(([type, names]) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => ({
      name,
      type: type.replace("ArrayOf", "") as KeyType,
      multivalued: type.startsWith("ArrayOf"),
    })),
)

export interface KnownKey {
  key: ConditionKey
  /** Whether requests for the action can have it. */
  comesWith(action: Action): boolean
}

const always = () => true

/** What is known of a condition key, whatever its case. */
export function findKey(name: string): KnownKey | undefined {
  const lower = name.toLowerCase()
  const global = GLOBAL_KEYS.find((key) => isNamed(key, lower))
  if (global) return { key: global, comesWith: always }
  const lasting = LASTING.exec(name)
  if (lasting) {
    const multivalued = FEDERATED[lasting[2]!.toLowerCase()] ?? false
    return { key: { name, type: "String", multivalued }, comesWith: always }
  }
  const prefix = lower.slice(0, lower.indexOf(":"))
  const home = HOMES.get(prefix) ?? (prefix.includes(".") || prefix === "saml" ? "sts" : prefix)
  const key = findService(home)?.keys.find((one) => isNamed(one, lower))
  if (key === undefined) return undefined
  if (LASTING_SAML.test(name)) return { key, comesWith: always }
  return { key, comesWith: (action) => action.keys.some((one) => isNamed(one, lower)) }
}

/** Prefixes of keys that are not their service's own ("unassociated" in the reference). */
const HOMES: ReadonlyMap<string, string> = new Map([
  ["identitycenter", "sso"],
  ["catalog", "aws-marketplace"],
  ["cognito-identity-auth", "cognito-identity"],
  ["cognito-identity-unauth", "cognito-identity"],
])

/** Placeholders: `${TagKey}` and `<key>`. */
const PLACEHOLDER = /\$\{[^}]*\}|<[^>]*>/

function isNamed({ name }: ConditionKey, lower: string): boolean {
  const parts = name.toLowerCase().split(PLACEHOLDER)
  if (parts.length === 1) return parts[0] === lower
  const [first = "", ...others] = parts
  const last = others.pop() ?? ""
  if (!lower.startsWith(first) || lower.length <= first.length + last.length || !lower.endsWith(last)) return false
  let from = first.length + 1
  for (const part of others) {
    const found = lower.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length + 1
  }
  return from + last.length <= lower.length
}
