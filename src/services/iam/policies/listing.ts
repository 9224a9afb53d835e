import { ListPoliciesCommand } from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { listPageOfSections, pageMembers, type Section } from "../paging.ts"
import {
  countUses,
  listAwsPolicies,
  type ManagedPolicy,
  type PolicyRow,
  type PolicyUse,
  parsePolicy,
  policyOf,
} from "./record.ts"

/** A policy and how often the account uses it. */
export interface UsedPolicy {
  policy: ManagedPolicy
  use: PolicyUse
}

/** How a policy is used that a list is to have; one of them is enough. Without any, all are wanted. */
export type Usage = readonly ("attachments" | "boundaries")[]

const TABLES = { attachments: "iam_attachments", boundaries: "iam_boundaries" } as const

const usesOf = (use: keyof typeof TABLES): string =>
  `FROM ${TABLES[use]} u WHERE u.policy_arn = p.arn AND u.account = p.account`

/** The account's own policies below a path, in the order of their names. */
export const ownPolicies = (
  tx: Reading,
  account: string,
  usage: Usage = [],
  pathPrefix = "/",
): Section<UsedPolicy> => ({
  async load(after, limit) {
    const wanted = usage.map((use) => `EXISTS (SELECT 1 ${usesOf(use)})`).join(" OR ")
    const rows = await tx.all<PolicyRow & { attachments: number | bigint; boundaries: number | bigint }>(
      `SELECT p.account, p.name, p.path, p.arn, p.body,
         (SELECT count(*) ${usesOf("attachments")}) AS attachments,
         (SELECT count(*) ${usesOf("boundaries")}) AS boundaries
       FROM iam_policies p
       WHERE p.account = $1 AND p.name_key > $2 AND p.path >= $3 AND p.path < $4 ${wanted && `AND (${wanted})`}
       ORDER BY p.name_key LIMIT $5`,
      account,
      after,
      pathPrefix,
      `${pathPrefix}\u{7f}`,
      limit,
    )
    return rows.map((row) => ({
      policy: parsePolicy(row),
      use: { attachments: Number(row.attachments), boundaries: Number(row.boundaries) },
    }))
  },
  keyOf: ({ policy }) => policy.name.toLowerCase(),
})

/** AWS's own, which are in memory, in the order of their ARNs. */
export const awsPolicies = (
  tx: Reading,
  account: string,
  usage: Usage = [],
  pathPrefix = "/",
): Section<UsedPolicy> => ({
  async load(after, limit) {
    const found: UsedPolicy[] = []
    for (const policy of listAwsPolicies()) {
      if (found.length === limit) break
      if (policy.arn <= after || !policy.path.startsWith(pathPrefix)) continue
      const use = await countUses(tx, account, policy.arn)
      if (usage.length === 0 || usage.some((one) => use[one] > 0)) found.push({ policy, use })
    }
    return found
  },
  keyOf: ({ policy }) => policy.arn,
})

export const ListPolicies = operation(ListPoliciesCommand, {
  access: ({ PathPrefix = "/" }) => ({ resource: "*", refusedAs: `policy path ${PathPrefix}` }),
  handle: (input, context) => {
    const { Scope = "All", OnlyAttached = false, PathPrefix = "/", PolicyUsageFilter, ...paging } = input
    const { store, account } = context
    const usage = usageOf(OnlyAttached, PolicyUsageFilter)
    return store.read(async (tx) => {
      const page = await listPageOfSections(
        context,
        paging,
        `policies ${Scope} ${OnlyAttached} ${PathPrefix} ${PolicyUsageFilter}`,
        [
          ...(Scope === "AWS" ? [] : [ownPolicies(tx, account, usage, PathPrefix)]),
          ...(Scope === "Local" ? [] : [awsPolicies(tx, account, usage, PathPrefix)]),
        ],
      )
      return { Policies: page.items.map(({ policy, use }) => policyOf(policy, use)), ...pageMembers(page) }
    })
  },
})

function usageOf(onlyAttached: boolean, filter: string | undefined): Usage {
  if (filter === "PermissionsPolicy") return ["attachments"]
  if (filter === "PermissionsBoundary") return ["boundaries"]
  return onlyAttached ? ["attachments", "boundaries"] : []
}
