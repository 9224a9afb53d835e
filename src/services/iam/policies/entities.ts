import { ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onPolicy } from "../access.ts"
import type { IdentityKind } from "../identities/kind.ts"
import { IDENTITY_COLUMNS, type Identity, type IdentityRow, pageKeyOf, parseIdentity } from "../identities/record.ts"
import { listPageOfSections, pageMembers, type Section } from "../paging.ts"
import { getPolicy } from "./record.ts"

/** `EntityFilter` by what it lets through; without it all. */
const KINDS: Record<string, readonly IdentityKind[]> = {
  User: ["user"],
  Role: ["role"],
  Group: ["group"],
  LocalManagedPolicy: [],
  AWSManagedPolicy: [],
}

/** Where the use of a policy is kept, by `PolicyUsageFilter`. */
const USES: Record<string, readonly string[]> = {
  PermissionsPolicy: ["iam_attachments"],
  PermissionsBoundary: ["iam_boundaries"],
}

export const ListEntitiesForPolicy = operation(ListEntitiesForPolicyCommand, {
  access: onPolicy,
  handle: (input, context) => {
    const { PolicyArn, EntityFilter, PathPrefix = "/", PolicyUsageFilter, ...paging } = input
    const { store, account } = context
    const kinds = EntityFilter === undefined ? (["group", "role", "user"] as const) : KINDS[EntityFilter]!
    const tables = PolicyUsageFilter === undefined ? Object.values(USES).flat() : USES[PolicyUsageFilter]!
    return store.read(async (tx) => {
      await getPolicy(tx, account, PolicyArn)
      const page = await listPageOfSections(
        context,
        paging,
        `entities ${PolicyArn} ${EntityFilter} ${PathPrefix} ${PolicyUsageFilter}`,
        kinds.map((kind) => usersOf(tx, { account, kind, PolicyArn, PathPrefix, tables })),
      )
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

interface Asked {
  account: string
  kind: IdentityKind
  PolicyArn: string
  PathPrefix: string
  tables: readonly string[]
}

/** The identities of a kind that use the policy, in the order of their names. */
const usersOf = (tx: Reading, { account, kind, PolicyArn, PathPrefix, tables }: Asked): Section<Identity> => ({
  async load(after, limit) {
    const owners = tables.map((table) => `SELECT owner_id FROM ${table} WHERE policy_arn = $1 AND account = $2`)
    const rows = await tx.all<IdentityRow>(
      `SELECT ${IDENTITY_COLUMNS} FROM iam_identities i
       WHERE i.id IN (${owners.join(" UNION ")})
         AND i.kind = $3 AND i.name_key > $4 AND i.path >= $5 AND i.path < $6
       ORDER BY i.name_key LIMIT $7`,
      PolicyArn,
      account,
      kind,
      after,
      PathPrefix,
      `${PathPrefix}\u{7f}`,
      limit,
    )
    return rows.map(parseIdentity)
  },
  keyOf: pageKeyOf,
})
