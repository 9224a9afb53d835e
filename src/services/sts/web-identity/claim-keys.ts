import type { JWTPayload } from "jose"
import type { VerifiedIdentity } from "./identity.ts"

/** The claims that are condition keys whoever the provider is. Source: IAM User Guide, "Available keys for AWS OIDC federation". */
const EVERYWHERE = ["amr", "azp", "email", "sub"]

const BUILDKITE = [
  "build_branch",
  "cluster_id",
  "cluster_name",
  "organization_id",
  "organization_slug",
  "pipeline_id",
  "pipeline_slug",
]
const GITHUB = [
  "actor",
  "actor_id",
  "enterprise_id",
  "environment",
  "job_workflow_ref",
  "ref",
  "repository",
  "repository_id",
  "repository_owner_id",
  "workflow",
]
const GITLAB = [
  "namespace_id",
  "pipeline_source",
  "project_id",
  "ref_protected",
  "runner_environment",
  "user_access_level",
  "user_email",
  "user_id",
  "user_login",
]

/**
 * Further ones that AWS knows of some providers, by the provider's name. All other claims are no keys: a policy that asks
 * for one finds it absent. Source: Service Authorization Reference, "Condition keys for AWS Security Token Service".
 */
const OF_PROVIDERS: readonly [name: RegExp, claims: readonly string[]][] = [
  [/^token\.actions\.(?:githubusercontent\.com(?:\/.+)?|[^./]+\.ghe\.com)$/, GITHUB],
  [/^github\.com\/enterprises\/[^/]+$/, GITHUB],
  [/^gitlab\.com$/, GITLAB],
  [/^agent\.(?:buildkite\.com|[^./]+\.buildkite\.(?:dev|site))$/, BUILDKITE],
  [/^oidc\.circleci\.com\/org\/[^/]+$/, ["oidc.circleci.com/project-id"]],
  [/^idcs-[^./]+\.identity\.oraclecloud\.com$/, ["rpst_id"]],
  [/^accounts\.google\.com$/, ["google/organization_number"]],
]

/** The condition keys that a token of the provider gives: `<provider>:aud` and so on. */
export function claimKeys(provider: string, payload: JWTPayload, audience: string): VerifiedIdentity["claims"] {
  const keys: VerifiedIdentity["claims"] = Object.create(null)
  const known = OF_PROVIDERS.flatMap(([name, claims]) => (name.test(provider) ? claims : []))
  for (const claim of [...EVERYWHERE, ...known]) {
    const value = payload[claim]
    if (typeof value === "string") keys[`${provider}:${claim}`] = value
    else if (typeof value === "number" || typeof value === "boolean") keys[`${provider}:${claim}`] = String(value)
    else if (isTexts(value)) keys[`${provider}:${claim}`] = value
  }
  keys[`${provider}:aud`] = audience
  // The audience that the token was made for, where another party is authorized.
  if (provider === "accounts.google.com" && payload.azp !== undefined && typeof payload.aud === "string")
    keys[`${provider}:oaud`] = payload.aud
  return keys
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((member) => typeof member === "string")
