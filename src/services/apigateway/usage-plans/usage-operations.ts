import { GetUsageCommand, UpdateUsageCommand } from "@aws-sdk/client-api-gateway"
import type { MasterKey } from "../../../base/master-key.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { badRequest } from "../errors.ts"
import { listPage } from "../paging.ts"
import { applyPatch } from "../patch.ts"
import { integerOf } from "../patch-rules.ts"
import type { UsagePlan } from "../settings.ts"
import { getUsagePlan } from "./get.ts"
import { getPlanKey, planKeys } from "./keys-record.ts"
import { dayOf, grantUsage, nextDay, periodStart, readUsage, remainingOf, startOfDay } from "./usage.ts"

/** Developer Guide, "Usage plans": figures are kept for that long. */
const MOST_DAYS = 90
const DAY_MILLISECONDS = 86_400_000

/** UNVERIFIED texts. */
function assertSpan(startDate: string, endDate: string): void {
  for (const day of [startDate, endDate])
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(startOfDay(day)) || dayOf(startOfDay(day)) !== day)
      throw badRequest("Invalid date specified: it must be of the form YYYY-MM-DD")
  const days = (startOfDay(endDate) - startOfDay(startDate)) / DAY_MILLISECONDS
  if (days < 0) throw badRequest("Invalid dates specified: the start date must not be after the end date")
  if (days >= MOST_DAYS) throw badRequest(`Invalid dates specified: they must span at most ${MOST_DAYS} days`)
}

/** Of each day what was used, and what was left then of its period; nothing is ever left of a plan without a quota. */
async function usageOf(tx: Reading, plan: UsagePlan, keyId: string, from: string, to: string): Promise<number[][]> {
  const { quota, createdAt } = plan
  const since = quota ? periodStart(quota.period, from) : from
  const days = await readUsage(tx, { planId: plan.id, keyId }, since, to)
  const figures: number[][] = []
  for (let day = from; day <= to; day = nextDay(day)) {
    const used = days.find((one) => one.day === day)?.used ?? 0
    const start = quota && periodStart(quota.period, day)
    const left =
      quota && start !== undefined
        ? remainingOf(
            quota,
            start === periodStart(quota.period, dayOf(createdAt)),
            days.filter((one) => one.day >= start && one.day <= day),
          )
        : 0
    figures.push([used, Math.max(0, left)])
  }
  return figures
}

export const GetUsage = operation(GetUsageCommand, {
  access: on("GET", "/usageplans/{usagePlanId}/usage"),
  async handle({ usagePlanId, keyId, startDate, endDate, ...asked }, context) {
    assertSpan(startDate, endDate)
    return context.store.read(async (tx) => {
      const plan = await getUsagePlan(tx, context, usagePlanId)
      const { ids, ...next } = await keysOf(tx, context, plan, keyId, asked)
      const items: [string, number[][]][] = []
      for (const id of ids) items.push([id, await usageOf(tx, plan, id, startDate, endDate)])
      return { usagePlanId, startDate, endDate, items: Object.fromEntries(items), ...next }
    })
  },
})

async function keysOf(
  tx: Reading,
  context: Scope & { masterKey: MasterKey },
  { id: planId }: UsagePlan,
  keyId: string | undefined,
  asked: { position?: string | undefined; limit?: number | undefined },
): Promise<{ ids: string[]; position?: string }> {
  if (keyId) return { ids: [(await getPlanKey(tx, context, planId, keyId)).id] }
  const { items, ...next } = await listPage(context.masterKey, `apigateway usage ${planId}`, asked, {
    load: (after, limit) => planKeys.list(tx, planId, after, limit),
    keyOf: ({ id }) => id,
  })
  return { ids: items.map(({ id }) => id), ...next }
}

/** Gives a key so many calls in the quota's present period: what it has used stays as it was counted. */
export const UpdateUsage = operation(UpdateUsageCommand, {
  access: on("PATCH", "/usageplans/{usagePlanId}/keys/{keyId}/usage"),
  async handle({ usagePlanId, keyId, patchOperations }, context) {
    const today = dayOf(context.clock.now())
    return context.store.transact(async (tx) => {
      const plan = await getUsagePlan(tx, context, usagePlanId)
      await getPlanKey(tx, context, usagePlanId, keyId)
      // UNVERIFIED text.
      if (!plan.quota) throw badRequest("The usage plan has no quota")
      const [[, left = 0] = []] = await usageOf(tx, plan, keyId, today, today)
      const { remaining } = applyPatch<{ remaining: number }>(
        { remaining: left },
        patchOperations,
        [
          {
            path: "/remaining",
            ops: ["replace"],
            apply(draft, patched) {
              draft.remaining = integerOf(patched)
              // UNVERIFIED text.
              if (draft.remaining < 0) throw badRequest("Invalid remaining quota specified: it must not be negative")
            },
          },
        ],
        "listed",
      )
      await grantUsage(tx, { planId: usagePlanId, keyId }, today, remaining - left)
      const items = { [keyId]: await usageOf(tx, plan, keyId, today, today) }
      return { usagePlanId, startDate: today, endDate: today, items }
    })
  },
})
