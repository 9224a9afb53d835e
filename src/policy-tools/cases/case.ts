import type { CompiledPolicy, ContextValue } from "../../policy/index.ts"
import type { Place } from "../source/node.ts"

/** Who asks, in people's terms. */
export type Who =
  /** Someone who signed in to a user pool, or nobody in particular: a guest. */
  | {
      kind: "person"
      name: string
      through: string | undefined
      groups: string[] | undefined
      role: string | undefined
    }
  | { kind: "guest"; through: string | undefined }
  | { kind: "user"; name: string }
  | { kind: "role"; name: string }
  /** Without credentials. */
  | { kind: "anyone" }

/** A case of a file: what one caller may, may not, and becomes. */
export interface Case {
  name: string
  /** How the checks of the case begin: `alice in Readers`, or the case's name and a colon. */
  subject: string
  at: Place
  who: Who
  expectations: readonly Expectation[]
  resources: readonly string[]
  /** Condition keys of the requests. */
  context: Readonly<Record<string, ContextValue>>
  /** Claims of the token, over the person's own. */
  claims: Readonly<Record<string, unknown>>
  /** The session's, where a role is assumed with them. */
  sessionPolicies: readonly CompiledPolicy[]
  sessionTags: Readonly<Record<string, string>>
  /** Of the VPC endpoint that the requests come through; undefined where it is the file's. */
  endpointPolicies: readonly CompiledPolicy[] | undefined
  /** Of the decision, where that matters: `explicit deny`, `session`, ... */
  because: string | undefined
}

export type Expectation =
  | { kind: "may" | "may not"; actions: readonly string[] }
  /** The role that the identity pool gives; null for none. */
  | { kind: "becomes"; role: string | null }
