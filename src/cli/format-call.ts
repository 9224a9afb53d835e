import type { describeCall } from "../control/describe.ts"
import { becauseText, formatPolicy, painter } from "../policy-tools/explanation/format.ts"

type Call = ReturnType<typeof describeCall>

/** A call and its decisions, for people. */
export function formatCall(call: Call, colour: boolean): string {
  const paint = painter(colour)
  const lines = [
    `${paint("bold", `${call.service}:${call.operation ?? "-"}`)}  ${call.time}  ${paint("dim", call.requestId)}`,
    `  caller  ${call.caller ?? "nobody (unsigned)"}, from ${call.sourceIp}`,
    `  answer  ${call.status}${call.error ? ` ${call.error}: ${call.message}` : ""}`,
  ]
  if (call.because !== undefined && call.because !== null) {
    lines.push("", "Not a policy's decision, but this:", ...indent(describeReason(call.because)))
  }
  for (const decision of call.decisions) {
    const allowed = decision.decision === "allow"
    lines.push(
      "",
      `${paint(allowed ? "green" : "red", decision.decision.replace("_", " "))}: ${decision.action} on ${decision.resource}`,
      `  for ${decision.principal.arn ?? decision.principal.type}`,
      `  ${becauseText(decision.because)}`,
      ...decision.explanation.policies.flatMap((policy) => formatPolicy(policy, paint)),
    )
    if (decision.explanation.policies.length === 0) lines.push("  No policy applies.")
  }
  return lines.join("\n")
}

const describeReason = (because: unknown): string[] => JSON.stringify(because, null, 2).split("\n")
const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)
