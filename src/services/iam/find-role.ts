import type { Deps } from "../../call.ts"
import type { CompiledPolicy } from "../../policy/index.ts"
import { parseIamArn } from "./arns.ts"
import { findLoaded, type LoadedIdentity } from "./identities/loaded.ts"
import { DEFAULT_SESSION_SECONDS } from "./identities/wire.ts"

/** A role as those need it who give its credentials away. */
export interface Role {
  arn: string
  /** `AROA...` */
  roleId: string
  name: string
  path: string
  account: string
  maxSessionDuration: number
  trust: CompiledPolicy
  tags: Readonly<Record<string, string>>
  permissionsBoundary?: string
}

// One for each loaded identity, so that callers may compare them.
const roles = new WeakMap<LoadedIdentity, Role>()

/** At once where it is in memory. Undefined where there is no role of exactly this ARN, path included. */
export function findRole({ store }: Pick<Deps, "store">, arn: string): Role | undefined | Promise<Role | undefined> {
  const name = parseIamArn(arn)
  if (name?.type !== "role") return undefined
  const found = findLoaded(store, name.account, "role", name.name)
  return found instanceof Promise ? found.then((role) => roleOf(role, arn)) : roleOf(found, arn)
}

function roleOf(identity: LoadedIdentity | undefined, arn: string): Role | undefined {
  if (identity?.arn !== arn || !identity.trust) return undefined
  const known = roles.get(identity)
  if (known) return known
  const role: Role = {
    arn,
    roleId: identity.id,
    name: identity.name,
    path: identity.path,
    account: identity.account,
    maxSessionDuration: identity.body.maxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    trust: identity.trust,
    tags: identity.tags,
    ...(identity.boundary !== undefined && { permissionsBoundary: identity.boundary }),
  }
  roles.set(identity, role)
  return role
}
