import type { PatchOperation } from "@aws-sdk/client-api-gateway"
import { badRequest, notFound } from "../errors.ts"
import { applyPatch, type Patched, type Rule } from "../patch.ts"
import { integerOf, numberOf, removable, replaceNeeded, replaceText } from "../patch-rules.ts"
import type { Quota, Throttle, UsagePlan, UsagePlanStage } from "../settings.ts"

const PERIODS = ["DAY", "WEEK", "MONTH"]

/** `{api}:{stage}`, as an operation's value or in its path. */
export function parseStage(value: string | undefined): { apiId: string; stage: string } {
  const [, apiId, stage] = /^([a-zA-Z0-9]+):([^:]+)$/.exec(value ?? "") ?? []
  if (apiId === undefined || stage === undefined) throw badRequest("Invalid API Stage specified")
  return { apiId, stage }
}

const stageUnknown = (planId: string, { apiId, stage }: { apiId: string; stage: string }) =>
  notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${planId}`)

function changeStage(draft: UsagePlan, { op, value }: Patched): void {
  const named = parseStage(value)
  const others = draft.apiStages.filter(({ apiId, stage }) => apiId !== named.apiId || stage !== named.stage)
  if (op === "remove" && others.length === draft.apiStages.length) throw stageUnknown(draft.id, named)
  draft.apiStages = op === "remove" ? others : [...others, named]
}

/** Throttles of a stage's methods: `/apiStages/{api:stage}/throttle/{path}/{METHOD}/rateLimit`. */
function changeMethodThrottle(draft: UsagePlan, patched: Patched): void {
  const [stageText = "", rest = ""] = patched.names
  const named = parseStage(stageText)
  const found = draft.apiStages.find(({ apiId, stage }) => apiId === named.apiId && stage === named.stage)
  if (!found) throw stageUnknown(draft.id, named)
  const throttle = new Map(Object.entries(found.throttle ?? {}))
  const [, key, member] = /^(.+)\/(rateLimit|burstLimit)$/s.exec(rest) ?? []
  if (patched.op === "remove") throttle.delete(key ?? rest)
  else if (key === undefined) throw badRequest(`Invalid patch path ${patched.path}`)
  else throttle.set(key, withLimit(throttle.get(key), member!, patched))
  const changed: UsagePlanStage = { ...named, ...(throttle.size > 0 && { throttle: Object.fromEntries(throttle) }) }
  draft.apiStages = draft.apiStages.map((one) => (one === found ? changed : one))
}

const withLimit = (throttle: Throttle = {}, member: string, patched: Patched): Throttle => ({
  ...throttle,
  ...(member === "rateLimit" ? { rateLimit: numberOf(patched) } : { burstLimit: integerOf(patched) }),
})

const throttleRule = (member: "rateLimit" | "burstLimit"): Rule<UsagePlan> => ({
  path: `/throttle/${member}`,
  ops: ["add", "replace", "remove"],
  apply(draft, patched) {
    const { [member]: _, ...others } = draft.throttle ?? {}
    const changed = patched.op === "remove" ? others : withLimit(draft.throttle, member, patched)
    draft.throttle = Object.keys(changed).length > 0 ? changed : undefined
  },
})

const quotaRule = (member: keyof Quota, read: (patched: Patched) => Partial<Quota>): Rule<UsagePlan> => ({
  path: `/quota/${member}`,
  ops: ["add", "replace"],
  apply(draft, patched) {
    draft.quota = { ...(draft.quota ?? ({ offset: 0 } as Quota)), ...read(patched) }
  },
})

/** API Reference, "Patch operations", UpdateUsagePlan. */
const RULES: readonly Rule<UsagePlan>[] = [
  replaceNeeded("/name", "name", () => badRequest("Usage Plan name cannot be blank")), // UNVERIFIED text
  replaceText("/description", "description"),
  { ...replaceText<UsagePlan>("/productCode", "productCode"), ops: ["add", "replace"] },
  removable("/productCode", "productCode"),
  { path: "/apiStages", ops: ["add", "remove"], apply: changeStage },
  { path: "/apiStages/{stage}/throttle/{method...}", ops: ["add", "remove", "replace"], apply: changeMethodThrottle },
  removable("/throttle", "throttle"),
  throttleRule("rateLimit"),
  throttleRule("burstLimit"),
  removable("/quota", "quota"),
  quotaRule("limit", (patched) => ({ limit: integerOf(patched) })),
  quotaRule("offset", (patched) => ({ offset: integerOf(patched) })),
  quotaRule("period", ({ value }) => ({ period: value as Quota["period"] })),
]

export const patchUsagePlan = (plan: UsagePlan, operations: readonly PatchOperation[] | undefined): UsagePlan =>
  applyPatch<UsagePlan>(plan, operations, RULES, "plain")

/** What CreateUsagePlan makes must hold, and what UpdateUsagePlan leaves. UNVERIFIED texts. */
export function assertLimits({
  throttle,
  quota,
  apiStages,
}: Pick<UsagePlan, "throttle" | "quota" | "apiStages">): void {
  const throttles = [throttle, ...apiStages.flatMap((stage) => Object.values(stage.throttle ?? {}))]
  for (const { rateLimit = 0, burstLimit = 0 } of throttles.flatMap((one) => one ?? []))
    if (rateLimit < 0 || burstLimit < 0) throw badRequest("Usage Plan throttle limits must not be negative")
  if (!quota) return
  const { limit, offset, period } = quota
  if (!(limit > 0)) throw badRequest("Usage Plan quota limit must be greater than 0")
  if (!PERIODS.includes(period)) throw badRequest(`Usage Plan quota period must be one of: ${PERIODS.join(", ")}`)
  const most = { DAY: 0, WEEK: 6, MONTH: 27 }[period]
  if (offset < 0 || offset > most) throw badRequest(`Usage Plan quota offset must be between 0 and ${most}`)
}
