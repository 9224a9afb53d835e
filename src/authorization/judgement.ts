import { keepText } from "../base/cut.ts"
import {
  type Applicable,
  allPolicies,
  type Context,
  type ContextValue,
  type Decision,
  decide,
  type Explanation,
  explain,
  type Request,
} from "../policy/index.ts"
import type { QuestionContext } from "./context.ts"

/** Condition keys in lower case, with the value that the request had; undefined where it had none. */
export type Keys = ReadonlyMap<string, ContextValue | undefined>

/**
 * One question that was put to the policy engine, with what is needed to put it again and explain it. It outlives its
 * request and so holds nothing of it: texts of its own, of a bounded length, and the keys that the policies mention.
 */
export interface Judgement {
  request: Omit<Request, "context">
  keys: Keys
  applicable: Applicable
  decision: Decision
}

/** Longer than the ARN of any object. */
const RESOURCE_LENGTH = 2_048
const VALUE_LENGTH = 1_024
const VALUES_AT_MOST = 50
const KEYS_AT_MOST = 64
/** What the values of one question may take together. */
const VALUES_LENGTH = 8_192

/** Puts the question, and remembers it. */
export function judge(request: Request, applicable: Applicable): Judgement {
  const decision = decide(request, applicable)
  const { principal, action, resource, resourceAccount, expandable, context } = request
  const asked: Judgement["request"] = {
    principal,
    action,
    resource: keepText(resource, RESOURCE_LENGTH),
    resourceAccount,
  }
  if (expandable) asked.expandable = expandable
  return { request: asked, keys: keepKeys(context, applicable, decision), applicable, decision }
}

/** Puts it again, and tells how every statement was read. */
export const explainJudgement = ({ request, keys, applicable }: Judgement): Explanation =>
  explain({ ...request, context: { get: (key) => keys.get(key), knows: (key) => keys.has(key) } }, applicable)

const NO_KEYS: Keys = new Map()

/**
 * Of a refusal every key that a policy mentions, so that the explanation is whole. Where it was allowed, what would have
 * to be searched for is left out unless a policy asked for it.
 */
function keepKeys(context: Context & Partial<QuestionContext>, applicable: Applicable, { allowed }: Decision): Keys {
  let kept: Map<string, ContextValue | undefined> | undefined
  let room = VALUES_LENGTH
  for (const policy of allPolicies(applicable))
    for (const key of policy.mentionedKeys) {
      if (kept?.has(key) || (allowed && context.isAtHand?.(key) === false)) continue
      if (room <= 0 || kept?.size === KEYS_AT_MOST) return kept ?? NO_KEYS
      const value = keepValue(context.get(key), room)
      kept ??= new Map()
      kept.set(key, value)
      room -= lengthOf(value)
    }
  return kept ?? NO_KEYS
}

function keepValue(value: ContextValue | undefined, room: number): ContextValue | undefined {
  if (value === undefined) return undefined
  if (typeof value === "string") return keepText(value, VALUE_LENGTH)
  const kept: string[] = []
  let left = room
  for (const one of value) {
    if (kept.length === VALUES_AT_MOST || left <= 0) {
      kept.push(`... (${value.length} values)`)
      break
    }
    const text = keepText(one, VALUE_LENGTH)
    kept.push(text)
    left -= text.length
  }
  return kept
}

const lengthOf = (value: ContextValue | undefined): number => {
  if (value === undefined) return 0
  return typeof value === "string" ? value.length : value.reduce((sum, one) => sum + one.length, 0)
}

/** What is remembered of the questions that one request raised: of a thousand, the first and those that were refused. */
export interface Judged {
  allowed: number
  refused: number
  kept: Judgement[]
}

const FIRST_AT_MOST = 32
const KEPT_AT_MOST = 64

export const nothingJudged = (): Judged => ({ allowed: 0, refused: 0, kept: [] })

export function keepJudgement(judged: Judged, judgement: Judgement): void {
  const { allowed } = judgement.decision
  if (allowed) judged.allowed++
  else judged.refused++
  // Most requests raise one question, and an array that one is pushed to has room for seventeen.
  if (judged.kept.length === 0) judged.kept = [judgement]
  else if (judged.kept.length < (allowed ? FIRST_AT_MOST : KEPT_AT_MOST)) judged.kept.push(judgement)
}
