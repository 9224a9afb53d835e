import type { IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import type { User } from "./user.ts"

/** What the attribute `identities` lists. Source: "AdminLinkProviderForUser" and "Understanding the identity (ID) token". */
export interface LinkedIdentity {
  /** The provider's own name for them; the value that they were linked by until it is known. */
  userId: string
  providerName: string
  providerType: IdentityProviderTypeType
  issuer: string | null
  /** Whether the user came to be by it, and was not linked to it. */
  primary: boolean
  dateCreated: number
}

export const identitiesOf = ({ attributes }: Pick<User, "attributes">): LinkedIdentity[] =>
  attributes.identities === undefined ? [] : JSON.parse(attributes.identities)

/** The attributes with these identities; without the attribute where there are none. */
export function withIdentities(
  { identities: _, ...attributes }: Record<string, string>,
  identities: readonly LinkedIdentity[],
): Record<string, string> {
  return identities.length > 0 ? { ...attributes, identities: JSON.stringify(identities) } : attributes
}

/**
 * Whether a user came to be by signing in at a provider. Such a user has the name that the provider's subject makes, and no
 * other to sign in with: what a provider says of an address takes nothing from whoever proved here that it is theirs.
 */
export const isExternal = (user: Pick<User, "attributes">): boolean => identitiesOf(user).some(({ primary }) => primary)
