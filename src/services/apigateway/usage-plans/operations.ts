import {
  CreateUsagePlanCommand,
  DeleteUsagePlanCommand,
  GetUsagePlanCommand,
  GetUsagePlansCommand,
  type UsagePlan as Shown,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { on, toCreate } from "../access.ts"
import { getApiKey } from "../api-keys/operations.ts"
import { badRequest, limitExceeded, notFound } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import { listRecords } from "../paging.ts"
import { removeOwned } from "../removal.ts"
import { isId, restApis } from "../rest-apis/record.ts"
import type { UsagePlan } from "../settings.ts"
import { isStageName, stages } from "../stages/record.ts"
import { assertTags } from "../tag-rules.ts"
import { getUsagePlan } from "./get.ts"
import { plansOf } from "./keys-record.ts"
import { assertLimits, patchUsagePlan } from "./patch.ts"
import { usagePlans } from "./record.ts"

const PLAN = "/usageplans/{usagePlanId}"

/** Developer Guide, "Quotas": usage plans of an account in a region. */
const MOST_PLANS = 300
/** AWS names no limit of its own: so many stages as the plans' API may have, of some APIs. */
const MOST_API_STAGES = 300

function show({ account: _, region: __, createdAt: ___, ...plan }: UsagePlan): Shown {
  return plan as unknown as Shown
}

async function assertStages(tx: Reading, scope: Scope, plan: UsagePlan, before?: UsagePlan): Promise<void> {
  // UNVERIFIED text.
  if (plan.apiStages.length > MOST_API_STAGES) throw badRequest("The usage plan has too many API stages")
  const known = new Set(before?.apiStages.map(({ apiId, stage }) => `${apiId}:${stage}`))
  for (const { apiId, stage } of plan.apiStages) {
    if (known.has(`${apiId}:${stage}`)) continue
    const isThere =
      isId(apiId) &&
      isStageName(stage) &&
      (await restApis.read(tx, ownerOf(scope), apiId)) &&
      (await stages.read(tx, apiId, stage))
    if (!isThere)
      throw notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${plan.id}`)
  }
}

const putPlan = (tx: Writing, scope: Scope, plan: UsagePlan): Promise<void> =>
  usagePlans.put(tx, ownerOf(scope), plan.id, plan)

export const CreateUsagePlan = operation(CreateUsagePlanCommand, {
  access: toCreate("/usageplans"),
  async handle({ name, description, apiStages = [], throttle, quota, tags = {} }, context) {
    const { store, clock, account, region } = context
    assertTags(tags)
    // UNVERIFIED text.
    if (name.trim() === "") throw badRequest("Usage Plan name cannot be blank")
    const plan: UsagePlan = {
      id: newShortId(),
      account,
      region,
      name,
      description,
      apiStages: apiStages.map(({ apiId = "", stage = "", throttle: ofMethods }) => ({
        apiId,
        stage,
        ...(ofMethods && { throttle: ofMethods }),
      })),
      throttle,
      quota: quota && { limit: quota.limit ?? 0, offset: quota.offset ?? 0, period: quota.period! },
      tags,
      createdAt: clock.now(),
    }
    assertLimits(plan)
    return store.transact(async (tx) => {
      if ((await usagePlans.count(tx, ownerOf(context))) >= MOST_PLANS) throw limitExceeded("usage plans", "account")
      await assertStages(tx, context, plan)
      await putPlan(tx, context, plan)
      return show(plan)
    })
  },
})

export const GetUsagePlan = operation(GetUsagePlanCommand, {
  access: on("GET", PLAN),
  handle: ({ usagePlanId }, context) =>
    context.store.read(async (tx) => show(await getUsagePlan(tx, context, usagePlanId))),
})

export const GetUsagePlans = operation(GetUsagePlansCommand, {
  access: on("GET", "/usageplans"),
  handle: ({ keyId, ...asked }, context) =>
    context.store.read(async (tx) => {
      if (keyId) {
        const plans = await plansOf(tx, context, await getApiKey(tx, context, keyId))
        return { items: plans.map(show) }
      }
      const { items, ...next } = await listRecords(tx, context.masterKey, usagePlans, ownerOf(context), asked)
      return { items: items.map(({ record }) => show(record)), ...next }
    }),
})

export const UpdateUsagePlan = operation(UpdateUsagePlanCommand, {
  access: on("PATCH", PLAN),
  async handle({ usagePlanId, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      const before = await getUsagePlan(tx, context, usagePlanId)
      const plan = patchUsagePlan(before, patchOperations)
      assertLimits(plan)
      await assertStages(tx, context, plan, before)
      await putPlan(tx, context, plan)
      return show(plan)
    })
  },
})

/** The plan is gone at once; which keys were in it, and what was counted of them, goes in pieces. */
export const DeleteUsagePlan = operation(DeleteUsagePlanCommand, {
  access: on("DELETE", PLAN),
  async handle({ usagePlanId }, context) {
    await context.store.transact(async (tx) => {
      const { apiStages } = await getUsagePlan(tx, context, usagePlanId)
      // Quoted by Terraform's users, whose provider takes the stages out first. UNVERIFIED in its words.
      if (apiStages.length > 0)
        throw badRequest(`Cannot delete usage plan '${usagePlanId}': it is associated with API stages`)
      await usagePlans.remove(tx, ownerOf(context), usagePlanId)
      await removeOwned(tx, context.work, usagePlanId)
    })
    return {}
  },
})
