import { isObject, type JsonObject, listOf, stringsOf } from "./shape.ts"

const COGNITO = "cognito-identity.amazonaws.com"
/** One of them has to say whom the role is for (Amazon Cognito Developer Guide, "Trust policies for IAM roles in Basic
 * (Classic) authentication"). */
const COGNITO_CLAIMS = ["aud", "amr", "sub"]

/**
 * Providers that sign tokens for everyone's tenants, and the claim that has to tell the own one ("Identity-provider
 * controls for shared OIDC providers"). The path of a provider's ARN, in lower case.
 */
const SHARED_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["agent.buildkite.com", "sub"],
  ["api.pulumi.com/oidc", "aud"],
  ["app.terraform.io", "sub"],
  ["gitlab.com", "sub"],
  ["oidc-configuration.audit-log.githubusercontent.com", "sub"],
  ["oidc.codefresh.io", "sub"],
  ["oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb", "sub"],
  ["oidc.vercel.com", "aud"],
  ["proidc.upbound.io", "sub"],
  ["sandboxes.cloud", "aud"],
  ["scalr.io", "sub"],
  ["sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"],
  ["studio.datachain.ai/api", "sub"],
  ["token.actions.githubusercontent.com", "sub"],
  ["tokens.cloud.shisho.dev", "sub"],
  ["vstoken.actions.githubusercontent.com", "sub"],
])

/** Whether an Allow trusts a provider that everyone can use, without saying who may. The text about the shared ones is
 * UNVERIFIED: the rule is AWS's, the words are those of another implementation. */
export function findProviderFault({ Effect, Principal, Condition }: JsonObject): string | undefined {
  if (Effect !== "Allow" || !isObject(Principal)) return undefined
  for (const provider of stringsOf(Principal.Federated)) {
    if (provider === COGNITO && !COGNITO_CLAIMS.some((claim) => isScoped(Condition, `${COGNITO}:${claim}`)))
      return "A condition block must be present for the Cognito provider"
    const path = provider.split(":oidc-provider/")[1]
    const claim = path && SHARED_PROVIDERS.get(path.toLowerCase())
    if (claim === undefined || claim === "") continue
    const key = claim.includes(":") ? claim : `${path}:${claim}`
    if (!isScoped(Condition, key))
      return `The trust policy trusts shared OpenID Connect provider "${path}" without a Condition scoping "${key}" to your own tenant.`
  }
  return undefined
}

const SCOPING = /^(?:For(?:AllValues|AnyValue):)?String(?:Equals|EqualsIgnoreCase|Like)(?:IfExists)?$/

/** Whether a condition asks the key for values of which none stands for all. */
function isScoped(conditions: unknown, key: string): boolean {
  if (!isObject(conditions)) return false
  return Object.entries(conditions).some(
    ([operator, keys]) =>
      SCOPING.test(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(
        ([name, values]) =>
          name.toLowerCase() === key.toLowerCase() && listOf(values).every((value) => isNarrow(value, operator)),
      ),
  )
}

const isNarrow = (value: unknown, operator: string): boolean =>
  typeof value === "string"
    ? value !== "*" && !(operator.includes("StringLike") && /^[*?]*$/.test(value))
    : typeof value !== "object"
