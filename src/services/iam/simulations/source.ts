import type { CallContext } from "../../../call.ts"
import { compile } from "../../../policy/index.ts"
import type { Reading } from "../../../store/store.ts"
import { parseIamArn } from "../arns.ts"
import { listAttachedPolicies } from "../attachments.ts"
import { identityNotFound, simulatedArnInvalid } from "../errors.ts"
import { listGroupsOf } from "../group-members.ts"
import { findLoaded, type LoadedIdentity } from "../identities/loaded.ts"
import type { Identity } from "../identities/record.ts"
import { listInlinePolicies } from "../inline-policies.ts"
import { findDefaultDocument } from "../policies/record.ts"
import type { SimulatedPolicy } from "./simulation.ts"

/** The user, role or group whose policies are asked about (`PolicySourceArn`). */
export async function getSource({ store, account }: CallContext, arn: string): Promise<LoadedIdentity> {
  const name = parseIamArn(arn)
  const { type } = name ?? {}
  if (!name || name.account !== account || (type !== "user" && type !== "role" && type !== "group"))
    throw simulatedArnInvalid(arn)
  const identity = await findLoaded(store, account, type, name.name)
  if (identity?.arn !== arn) throw identityNotFound(type, name.name)
  return identity
}

export interface SourcePolicies {
  /** Also those of the user's groups. */
  identity: SimulatedPolicy[]
  boundary?: SimulatedPolicy
}

/** The policies of an identity with their texts, named as AWS names them in its answers. */
export const readPolicies = ({ store }: CallContext, source: LoadedIdentity): Promise<SourcePolicies> =>
  store.read(async (tx) => {
    const identity: SimulatedPolicy[] = []
    const groups = source.kind === "user" ? await listGroupsOf(tx, source) : []
    for (const owner of [source, ...groups]) identity.push(...(await policiesOf(tx, owner)))
    const boundary = source.boundary === undefined ? undefined : await findManaged(tx, source.boundary)
    return { identity, ...(boundary && { boundary }) }
  })

async function policiesOf(tx: Reading, owner: Identity): Promise<SimulatedPolicy[]> {
  const policies = (await listInlinePolicies(tx, owner)).map(({ name, document }) => ({
    policy: compile(document, { name: `${owner.kind}_${owner.name}_${name}` }),
    text: document,
  }))
  for (const { PolicyArn } of await listAttachedPolicies(tx, owner)) {
    const managed = await findManaged(tx, PolicyArn!)
    if (managed) policies.push(managed)
  }
  return policies
}

async function findManaged(tx: Reading, arn: string): Promise<SimulatedPolicy | undefined> {
  const text = await findDefaultDocument(tx, arn)
  return text === undefined ? undefined : { policy: compile(text, { arn, name: parseIamArn(arn)!.name }), text }
}
