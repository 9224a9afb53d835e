import { printableJson } from "../base/printable.ts"
import type { describeCall } from "../control/describe.ts"
import type { NotBuilt } from "../operation-errors.ts"
import { becauseText, formatPolicy, type Paint, painter } from "../policy-tools/explanation/format.ts"

type Call = ReturnType<typeof describeCall>

/** A call and its decisions, for people. */
export function formatCall(told: Call, colour: boolean): string {
  const call = printableJson(told)
  const paint = painter(colour)
  const lines = [
    `${paint("bold", `${call.service}:${call.operation ?? "-"}`)}  ${call.time}  ${paint("dim", call.requestId)}`,
    `  caller  ${call.caller ?? claimed(call)}${call.sourceIp === "" ? "" : `, from ${call.sourceIp}`}`,
    `  answer  ${call.status}${call.error ? ` ${call.error}: ${call.message}` : ""}`,
  ]
  if (call.reason) lines.push("", ...formatReason(call.reason, paint))
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

/** Whom a request without a proven caller says that it is of. */
function claimed({ operation, because }: Call): string {
  const { accessKeyId, check } = (because ?? {}) as { accessKeyId?: string; check?: string }
  if (accessKeyId !== undefined) return `not proved (says to have the access key ${accessKeyId})`
  // What names no operation, or one that is not built, is refused before anybody looks at a signature.
  const isLookedAt = operation !== undefined && check !== ("what is built" satisfies NotBuilt["check"])
  return isLookedAt ? "nobody (unsigned)" : "not looked at"
}

function formatReason({ what, expected, came, advice }: NonNullable<Call["reason"]>, paint: Paint): string[] {
  const parts: [name: string, text: string | undefined][] = [
    ["expected", expected],
    ["came", came],
    ["to do", advice],
  ]
  return [
    paint("bold", what),
    ...parts.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(8)}  ${text}`])),
  ]
}
