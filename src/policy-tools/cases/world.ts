import type { MappingRule, RoleMapping } from "@aws-sdk/client-cognito-identity"
import type { CompiledPolicy, ContextValue } from "../../policy/index.ts"
import type { PrincipalTagMap } from "../../services/cognito-identity/pools/pool.ts"

/** Everything that a case is decided by. Names are as the file, the template or the server has them. */
export interface World {
  account: string
  region: string
  /** Milliseconds since the epoch. */
  now: number
  roles: Map<string, WorldRole>
  users: Map<string, WorldUser>
  pools: Map<string, WorldPool>
  people: Map<string, Person>
  resources: WorldResource[]
  /** Of the VPC endpoint that requests come through, where they come through one. */
  endpointPolicies: readonly CompiledPolicy[]
  /** Condition keys that every request of a case has. */
  context: Readonly<Record<string, ContextValue>>
  /** Names of what only has an ARN: resources of a template (`Books`, `Books.Arn`). */
  names: ResourceNames[]
}

export interface Permissions {
  policies: CompiledPolicy[]
  boundary: CompiledPolicy | undefined
  tags: Readonly<Record<string, string>>
}

export interface WorldRole extends Permissions {
  name: string
  arn: string
  account: string
  trust: CompiledPolicy | undefined
}

export interface WorldUser extends Permissions {
  name: string
  arn: string
}

export interface WorldPool {
  name: string
  poolId: string
  account: string
  /** `authenticated` and `unauthenticated` to role ARNs. */
  roles: Readonly<Record<string, string>>
  /** By provider. The file's own has the empty name. */
  mappings: Readonly<Record<string, RoleMapping>>
  groups: readonly PoolGroup[]
  principalTags: PrincipalTagMap | undefined
  hasGroupsTag: boolean
}

export type { MappingRule, RoleMapping }

/** A group of the user pool behind an identity pool. */
export interface PoolGroup {
  name: string
  roleArn?: string
  precedence?: number
}

export interface Person {
  name: string
  groups: readonly string[]
  claims: Readonly<Record<string, unknown>>
  /** The identity's id; made of the name where it does not matter. */
  identityId: string | undefined
}

/** What the file says of a resource: of its ARN and of what is below it. */
export interface WorldResource {
  arn: string
  account: string | undefined
  policy: CompiledPolicy | undefined
  tags: Readonly<Record<string, string>>
}

/** Undefined where there is no such name; throws where only a deployment knows. */
export type ResourceNames = (name: string) => string | undefined

export function emptyWorld(account: string, region: string, now: number): World {
  return {
    account,
    region,
    now,
    roles: new Map(),
    users: new Map(),
    pools: new Map(),
    people: new Map(),
    resources: [],
    endpointPolicies: [],
    context: {},
    names: [],
  }
}

/** The role of an ARN; or of a name: as the file has it, or its own (templates know roles by logical ids). */
export const findRole = ({ roles }: World, name: string): WorldRole | undefined =>
  roles.get(name) ?? [...roles.values()].find((role) => role.arn === name || role.name === name)

/** The resource that the ARN is, or is below: an object is of its bucket, an index of its table. */
export function findResource({ resources }: World, arn: string): WorldResource | undefined {
  const holding = resources.filter(
    (one) => arn === one.arn || arn.startsWith(`${one.arn}/`) || arn.startsWith(`${one.arn}:`),
  )
  return holding.sort((a, b) => b.arn.length - a.arn.length)[0]
}
