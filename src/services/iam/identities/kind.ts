/** What IAM calls identities: who or what policies can be attached to. */
export type IdentityKind = "role" | "user" | "group"
