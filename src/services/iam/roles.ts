import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListRolesCommand,
  type Role,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { creating, listing, onRole } from "./access.ts"
import { insertAttachment } from "./attachments.ts"
import { assertAttachable, findBoundary, setBoundary } from "./boundaries.ts"
import { hasInstanceProfiles, identityExists, overQuota, pathOfServices } from "./errors.ts"
import { assertNoPolicies } from "./identities/conflicts.ts"
import { listIdentityPage } from "./identities/page.ts"
import {
  countIdentities,
  deleteIdentity,
  findIdentity,
  getIdentity,
  type Identity,
  insertIdentity,
  updateIdentity,
} from "./identities/record.ts"
import { getModifiable, SERVICE_ROLE_PATH } from "./identities/service-linked.ts"
import { DEFAULT_SESSION_SECONDS, roleOf } from "./identities/wire.ts"
import { pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"
import { assertTags } from "./tags.ts"
import { trustOf } from "./trust-policies.ts"
import { issueUniqueId } from "./unique-ids.ts"
import { roleLastUsed } from "./uses.ts"

/** With what lists leave out. */
async function wholeRoleOf(tx: Reading, role: Identity): Promise<Role> {
  const boundary = await findBoundary(tx, role)
  return {
    ...(await roleOf(tx, role)),
    ...(role.body.tags.length > 0 && { Tags: [...role.body.tags] }),
    ...(boundary && { PermissionsBoundary: boundary }),
    RoleLastUsed: await roleLastUsed(tx, role.id),
  }
}

export interface NewRole {
  RoleName: string
  AssumeRolePolicyDocument: string
  Path?: string
  Description?: string
  MaxSessionDuration?: number
  PermissionsBoundary?: string
  Tags?: readonly { Key: string; Value: string }[]
  /** Managed policies that the role has from the beginning, whatever they are. */
  policyArns?: readonly string[]
}

/** Makes a role of `account`, whoever asks. */
export async function createRole(
  context: Pick<CallContext, "store" | "clock">,
  account: string,
  input: NewRole,
): Promise<Role> {
  const { RoleName, Path = "/", Tags = [], PermissionsBoundary } = input
  assertTags(Tags)
  const id = issueUniqueId("AROA")
  const createdAt = context.clock.now()
  return context.store.transact(async (tx) => {
    const trust = await trustOf(tx, input.AssumeRolePolicyDocument)
    if (await findIdentity(tx, account, "role", RoleName)) throw identityExists("role", RoleName)
    if ((await countIdentities(tx, account, "role")) >= quotas.RolesQuota)
      throw overQuota("RolesPerAccount", quotas.RolesQuota)
    const role: Identity = {
      account,
      kind: "role",
      name: RoleName,
      path: Path,
      id,
      body: {
        createdAt,
        tags: Tags,
        ...(input.Description && { description: input.Description }),
        maxSessionDuration: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
        trust,
      },
    }
    await insertIdentity(tx, role)
    for (const arn of input.policyArns ?? []) await insertAttachment(tx, role, arn)
    if (PermissionsBoundary !== undefined) {
      await assertAttachable(tx, account, PermissionsBoundary, "boundary")
      await setBoundary(tx, role, PermissionsBoundary)
    }
    const { RoleLastUsed: _, MaxSessionDuration, ...created } = await wholeRoleOf(tx, role)
    // The answer to a creation tells of a session duration that was asked for, not of the default.
    return input.MaxSessionDuration === undefined ? created : { ...created, MaxSessionDuration: MaxSessionDuration! }
  })
}

export const CreateRole = operation(CreateRoleCommand, {
  access: (input, scope) => creating("role", "TagRole", input.RoleName, input, scope),
  async handle(input, context) {
    if (input.Path?.startsWith(SERVICE_ROLE_PATH)) throw pathOfServices(input.Path)
    return { Role: await createRole(context, context.account, input) }
  },
})

export const GetRole = operation(GetRoleCommand, {
  access: onRole,
  async handle({ RoleName }, { store, account }) {
    return store.read(async (tx) => ({ Role: await wholeRoleOf(tx, await getIdentity(tx, account, "role", RoleName)) }))
  },
})

export const ListRoles = operation(ListRolesCommand, {
  access: listing("role"),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const page = await listIdentityPage(tx, context, "role", input)
      const Roles: Role[] = []
      for (const role of page.items) Roles.push(await roleOf(tx, role))
      return { Roles, ...pageMembers(page) }
    }),
})

/** The description is all that may be changed of a service's role (IAM User Guide, "Edit a service-linked role"). */
export const UpdateRole = operation(UpdateRoleCommand, {
  access: onRole,
  async handle({ RoleName, Description, MaxSessionDuration }, { store, account }) {
    await store.transact(async (tx) => {
      const get = MaxSessionDuration === undefined ? getIdentity : getModifiable
      const role = await get(tx, account, "role", RoleName)
      const body = { ...role.body }
      if (Description !== undefined) body.description = Description
      if (MaxSessionDuration !== undefined) body.maxSessionDuration = MaxSessionDuration
      await updateIdentity(tx, { ...role, body })
    })
    return {}
  },
})

export const UpdateRoleDescription = operation(UpdateRoleDescriptionCommand, {
  access: onRole,
  async handle({ RoleName, Description }, { store, account }) {
    return store.transact(async (tx) => {
      const role = await getIdentity(tx, account, "role", RoleName)
      const updated = { ...role, body: { ...role.body, description: Description } }
      await updateIdentity(tx, updated)
      return { Role: await roleOf(tx, updated) }
    })
  },
})

export const DeleteRole = operation(DeleteRoleCommand, {
  access: onRole,
  async handle({ RoleName }, { store, account }) {
    await store.transact(async (tx) => {
      const role = await getModifiable(tx, account, "role", RoleName)
      const profile = await tx.get("SELECT name FROM iam_instance_profiles WHERE role_id = $1", role.id)
      if (profile) throw hasInstanceProfiles()
      await assertNoPolicies(tx, role)
      await deleteIdentity(tx, role)
    })
    return {}
  },
})
