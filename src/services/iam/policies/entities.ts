import { ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import { onPolicy } from "../access.ts"
import type { IdentityKind } from "../identities/kind.ts"
import { findIdentityById, type Identity } from "../identities/record.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { getPolicy } from "./record.ts"

/** `EntityFilter` by what it lets through; without it all. */
const kinds: Record<string, readonly IdentityKind[]> = {
  User: ["user"],
  Role: ["role"],
  Group: ["group"],
  LocalManagedPolicy: [],
  AWSManagedPolicy: [],
}

export const ListEntitiesForPolicy = operation(ListEntitiesForPolicyCommand, {
  access: onPolicy,
  handle: (input, context) => {
    const { PolicyArn, EntityFilter, PathPrefix = "/", PolicyUsageFilter, ...paging } = input
    const { store, account } = context
    return store.read(async (tx) => {
      await getPolicy(tx, account, PolicyArn)
      const ids = new Set<string>()
      for (const [use, table] of [
        ["PermissionsPolicy", "iam_attachments"],
        ["PermissionsBoundary", "iam_boundaries"],
      ]) {
        if (PolicyUsageFilter !== undefined && PolicyUsageFilter !== use) continue
        const rows = await tx.all<{ owner_id: string }>(
          `SELECT owner_id FROM ${table} WHERE policy_arn = $1 AND account = $2`,
          PolicyArn,
          account,
        )
        for (const { owner_id } of rows) ids.add(owner_id)
      }
      const wanted = EntityFilter === undefined ? undefined : kinds[EntityFilter]
      const found: Identity[] = []
      for (const id of ids) {
        const identity = (await findIdentityById(tx, id))!
        if (wanted && !wanted.includes(identity.kind)) continue
        if (identity.path.startsWith(PathPrefix)) found.push(identity)
      }
      const list = `entities ${PolicyArn} ${EntityFilter} ${PathPrefix} ${PolicyUsageFilter}`
      const page = await listPageOf(context, paging, list, found, ({ kind, name }) => `${kind} ${name}`)
      const of = (kind: IdentityKind) => page.items.filter((identity) => identity.kind === kind)
      return {
        PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
        PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        ...pageMembers(page),
      }
    })
  },
})
