import { explainJudgement, type Judgement } from "../authorization/judgement.ts"
import type { Explanation } from "../policy/index.ts"
import { type CallRecord, isFailure } from "./call-record.ts"
import { reasonOf } from "./reasons/index.ts"

/** One line of a list of decisions. */
export const summariseCall = (record: CallRecord) => ({
  requestId: record.requestId,
  time: new Date(record.time).toISOString(),
  service: record.service,
  operation: record.operation,
  caller: record.callerArn,
  status: record.status,
  error: record.errorCode,
  message: record.errorMessage,
  allowed: record.judged.refused === 0 && !isFailure(record),
})

/** The call and, for each question that it raised, the whole trace: put to the engine again, on the same policies. */
export function describeCall(record: CallRecord) {
  const explanations = record.judged.kept.map(explainJudgement)
  return describe(record, explanations)
}

const describe = (record: CallRecord, explanations: readonly Explanation[]) => ({
  ...summariseCall(record),
  /** In words: what was expected, what came, what to do. */
  reason: reasonOf(record, explanations),
  method: record.method,
  path: record.path,
  sourceIp: record.sourceIp,
  /** What was checked besides policies: tokens, mappings, scope-downs. */
  because: record.because,
  /** How many questions it raised; of many, `decisions` has the first and the refused. */
  questions: { allowed: record.judged.allowed, refused: record.judged.refused },
  decisions: record.judged.kept.map((judgement, at) => describeJudgement(judgement, explanations[at]!)),
})

function describeJudgement({ request, decision }: Judgement, explanation: Explanation) {
  return {
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    resourceAccount: request.resourceAccount,
    decision: decision.decision,
    because: decision.because,
    statements: decision.statements,
    explanation,
  }
}

export type SummarisedCall = ReturnType<typeof summariseCall>
export type DescribedCall = ReturnType<typeof describeCall>
