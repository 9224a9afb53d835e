import type { SignedCaller } from "../../authentication/caller.ts"
import type { IssuingPrincipal, SessionFacts } from "../../authentication/session-record.ts"
import type { CallerPolicies } from "../../authorization/policy-source.ts"
import { BoundedCache } from "../../base/bounded-cache.ts"
import type { Deps } from "../../call.ts"
import { type CompiledPolicy, compile } from "../../policy/index.ts"
import { findLoaded, findLoadedGroup, type LoadedIdentity } from "./identities/loaded.ts"
import { findCompiledPolicy } from "./policies/record.ts"

type Store = Deps["store"]
type Maybe<T> = T | Promise<T>

/** The policies on the caller's side. Synchronous, and without parsing anything, where everything is in memory. */
export function callerPolicies({ store }: Pick<Deps, "store">, caller: SignedCaller): Maybe<CallerPolicies> {
  switch (caller.kind) {
    case "root":
      return ROOT
    case "user":
      return then(findLoaded(store, caller.account, "user", caller.userName), (user) =>
        policiesOf(store, user, caller.userId),
      )
    case "role-session": {
      const { session, roleId } = caller
      return then(findLoaded(store, caller.account, "role", caller.roleName), (role) =>
        then(policiesOf(store, role, roleId), (own) => withSession(store, own, session, false)),
      )
    }
    case "federated-user": {
      const { session } = caller
      return then(ofIssuer(store, caller.account, session.issuer), (own) => withSession(store, own, session, true))
    }
  }
}

const ROOT: CallerPolicies = { identity: [], tags: {} }
const GONE: CallerPolicies = { identity: [], tags: {}, gone: true }

function ofIssuer(store: Store, account: string, issuer: IssuingPrincipal): Maybe<CallerPolicies> {
  if (issuer.kind === "root") return ROOT_ISSUER
  return then(findLoaded(store, account, "user", issuer.userName), (user) => policiesOf(store, user, issuer.userId))
}

/** Whom the root user federates is limited by the session policies alone. */
const ROOT_ISSUER: CallerPolicies = {
  identity: [
    compile(
      { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
      { name: "account root user" },
    ),
  ],
  tags: {},
}

interface Assembled {
  /** What it was assembled of, each in the order it was looked up: while these are what the caches hold, it is true. */
  parts: readonly unknown[]
  policies: CallerPolicies
}

// Weak: an identity that changed is loaded anew, and is another object.
const assembled = new WeakMap<LoadedIdentity, Assembled>()

/** The policies of a user or role that still is who the credentials were made for. */
function policiesOf(store: Store, identity: LoadedIdentity | undefined, id: string): Maybe<CallerPolicies> {
  if (identity?.id !== id) return GONE
  const known = assembled.get(identity)
  if (known) {
    let at = 0
    let isTrue = true
    const isPart = (part: unknown) => {
      if (part !== known.parts[at++]) isTrue = false
    }
    for (const arn of identity.attached) isPart(findCompiledPolicy(store, arn))
    for (const id of identity.groups) {
      const group = findLoadedGroup(store, id)
      isPart(group)
      if (!group || group instanceof Promise) continue
      for (const arn of group.attached) isPart(findCompiledPolicy(store, arn))
    }
    if (identity.boundary !== undefined) isPart(findCompiledPolicy(store, identity.boundary))
    if (isTrue) return known.policies
  }
  return assemble(store, identity)
}

async function assemble(store: Store, identity: LoadedIdentity): Promise<CallerPolicies> {
  const parts: unknown[] = []
  const policies: CompiledPolicy[] = [...identity.inline]
  const attach = async (arns: readonly string[]) => {
    for (const arn of arns) {
      const policy = await findCompiledPolicy(store, arn)
      parts.push(policy)
      if (policy) policies.push(policy)
    }
  }
  await attach(identity.attached)
  for (const id of identity.groups) {
    const group = await findLoadedGroup(store, id)
    parts.push(group)
    if (!group) continue
    policies.push(...group.inline)
    await attach(group.attached)
  }
  const result: CallerPolicies = { identity: policies, tags: identity.tags }
  if (identity.boundary !== undefined) {
    const boundary = await findCompiledPolicy(store, identity.boundary)
    parts.push(boundary)
    // A boundary cannot be deleted while it is one; were it gone, it would allow nothing.
    result.boundary = boundary ?? NOTHING
  }
  assembled.set(identity, { parts, policies: result })
  return result
}

/** The policies of any identity, a group among them. */
export const assembledPolicies = ({ store }: Pick<Deps, "store">, identity: LoadedIdentity): Maybe<CallerPolicies> =>
  policiesOf(store, identity, identity.id)

const NOTHING = compile({ Version: "2012-10-17", Statement: [] }, { name: "missing policy" })

// Session policies are texts in tokens; the same few come again and again.
const compiledTexts = new BoundedCache<string, CompiledPolicy>(2_000)

function compileText(text: string): CompiledPolicy {
  const known = compiledTexts.find(text)
  if (known) return known
  const policy = compile(text, { name: "session policy" })
  compiledTexts.put(text, policy)
  return policy
}

interface WithSession {
  own: CallerPolicies
  managed: readonly unknown[]
  policies: CallerPolicies
}

// A token that was opened keeps its record, so the same session comes as the same object.
const withSessions = new WeakMap<SessionFacts, WithSession>()

/** `always`: the session has what its policies allow, and nothing where it has none. */
function withSession(store: Store, own: CallerPolicies, facts: SessionFacts, always: boolean): Maybe<CallerPolicies> {
  const { policies = [], policyArns = [], tags } = facts
  if (own.gone || (!tags && !always && policies.length === 0 && policyArns.length === 0)) return own
  const managed = policyArns.map((arn) => findCompiledPolicy(store, arn))
  const known = withSessions.get(facts)
  if (known?.own === own && managed.every((policy, i) => policy === known.managed[i])) return known.policies
  const merge = (found: readonly (CompiledPolicy | undefined)[]): CallerPolicies => {
    const merged: CallerPolicies = { ...own, tags: tags ? mergeTags(own.tags, tags) : own.tags }
    // A policy that is gone allows nothing.
    const session = [...policies.map(compileText), ...found.map((policy) => policy ?? NOTHING)]
    if (always || session.length > 0) merged.session = session
    withSessions.set(facts, { own, managed: found, policies: merged })
    return merged
  }
  return managed.some((policy) => policy instanceof Promise)
    ? Promise.all(managed).then(merge)
    : merge(managed as (CompiledPolicy | undefined)[])
}

/** Tag keys are the same whatever their case; the session's win. */
function mergeTags(own: CallerPolicies["tags"], session: CallerPolicies["tags"]): CallerPolicies["tags"] {
  const set = new Set(Object.keys(session).map((key) => key.toLowerCase()))
  const merged: Record<string, string> = Object.create(null)
  for (const key of Object.keys(own)) if (!set.has(key.toLowerCase())) merged[key] = own[key]!
  return Object.assign(merged, session)
}

/** Goes on at once where there is nothing to wait for. */
const then = <T, R>(value: Maybe<T>, next: (value: T) => Maybe<R>): Maybe<R> =>
  value instanceof Promise ? value.then(next) : next(value)
