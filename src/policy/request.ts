/** The value of a condition key in a request: one string, or the list of a multivalued key. Absent keys are left out. */
export type ContextValue = string | readonly string[]

/**
 * The condition keys of a request, asked for by their name in lower case (key names are case-insensitive, tag keys in
 * them too). A Map will do, see `contextOf`; so will any object that computes a value when it is first asked for.
 */
export interface Context {
  get(lowerCaseKey: string): ContextValue | undefined
  /** Whether what `get` says of a key is so: of a request that is only remembered, not every key is known. Where it is
   * left out, every key is. */
  knows?(lowerCaseKey: string): boolean
}

/** A context of these keys, whatever their case. Of two names that differ by case alone the later one counts. */
export function contextOf(
  ...keys: readonly Readonly<Record<string, ContextValue | undefined>>[]
): Map<string, ContextValue> {
  const context = new Map<string, ContextValue>()
  for (const record of keys)
    for (const key of Object.keys(record)) {
      const value = record[key]
      if (value !== undefined) context.set(key.toLowerCase(), value)
    }
  return context
}

export type PrincipalType =
  | "root"
  | "user"
  | "assumed-role"
  /** The session of `GetFederationToken`. */
  | "federated-user"
  /** The bearer of a web identity token or SAML assertion, before it has a role. */
  | "federated"
  | "service"
  | "anonymous"

/** Who asks. */
export interface Principal {
  type: PrincipalType
  /** The caller's own ARN: of the *session* for roles and federated users; a provider's name or ARN for `federated`; a
   * service's name for `service`; null for the anonymous. */
  arn: string | null
  /** The caller's account; null or `anonymous` for those that have none. */
  account: string | null
  /** The role behind a role session, path included. */
  roleArn?: string
  /** The IAM user behind a federated user. */
  userArn?: string
  /** The id that resource and trust policies are stored with: `AIDA...` of the user (also behind a federated user),
   * `AROA...` of the role behind a session. */
  uniqueId?: string
}

/** What is asked. */
export interface Request {
  principal: Principal
  /** `service:Action`, in any case. */
  action: string
  /** The ARN, or `*` for an action that has no resource type. Never a pattern: a `*` in it is that character. */
  resource: string
  /** The account that owns the resource. */
  resourceAccount: string
  context: Context
  /** Multivalued keys, in lower case, that may stand as variables, once for each of their values. An extension of
   * Hallpass: AWS has none, and so without this set none is. */
  expandable?: ReadonlySet<string>
}
