import type { JWTPayload } from "jose"
import { reservedTagKey } from "../errors.ts"

/** The bearer of a token that was verified. */
export interface VerifiedIdentity {
  /** `Principal.Federated` of trust policies. */
  provider: string
  subject: string
  audience: string
  /** Whose identity pool the audience is. */
  poolAccount?: string
  /** Condition keys: `<provider>:aud` and so on. */
  claims: Record<string, string | readonly string[]>
  tags?: Record<string, string>
  transitiveTagKeys?: readonly string[]
  sourceIdentity?: string
}

const TAGS = "https://aws.amazon.com/tags"
const SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"

/** Of the claims only these go on into the session (iam-user-guide: "only available in later requests"). */
export function sessionKeys(identity: VerifiedIdentity): VerifiedIdentity["claims"] {
  const keys: VerifiedIdentity["claims"] = {}
  for (const [key, value] of Object.entries(identity.claims)) if (/:(?:aud|sub|amr)$/.test(key)) keys[key] = value
  return keys
}

/** Session tags and source identity as a token carries them ("Passing session tags using AssumeRoleWithWebIdentity"). */
export function sessionClaims(
  payload: JWTPayload,
): Pick<VerifiedIdentity, "tags" | "transitiveTagKeys" | "sourceIdentity"> {
  const claim = payload[TAGS] as { principal_tags?: unknown; transitive_tag_keys?: unknown } | undefined
  const found: Pick<VerifiedIdentity, "tags" | "transitiveTagKeys" | "sourceIdentity"> = {}
  const principalTags = claim?.principal_tags
  if (typeof principalTags === "object" && principalTags !== null) {
    const tags: Record<string, string> = Object.create(null)
    for (const [key, value] of Object.entries(principalTags)) {
      if (key.toLowerCase().startsWith("aws:")) throw reservedTagKey()
      const text = Array.isArray(value) ? value[0] : value
      if (typeof text === "string") tags[key] = text
    }
    if (Object.keys(tags).length > 0) found.tags = tags
  }
  if (isTexts(claim?.transitive_tag_keys)) found.transitiveTagKeys = claim.transitive_tag_keys
  if (typeof payload[SOURCE_IDENTITY] === "string") found.sourceIdentity = payload[SOURCE_IDENTITY]
  return found
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((member) => typeof member === "string")
