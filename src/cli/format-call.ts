import type { describeCall } from "../control/describe.ts"
import type { ExplainedPattern, Mismatch, PolicyExplanation, StatementExplanation } from "../policy/index.ts"

type Call = ReturnType<typeof describeCall>
type Paint = (colour: keyof typeof COLOURS, text: string) => string

const COLOURS = { red: 31, green: 32, dim: 2, bold: 1 } as const

/** A call and its decisions, for people. */
export function formatCall(call: Call, colour: boolean): string {
  const paint: Paint = (name, text) => (colour ? `\u001b[${COLOURS[name]}m${text}\u001b[0m` : text)
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

function becauseText(because: Call["decisions"][number]["because"]): string {
  switch (because.reason) {
    case "no allow":
      return `because no ${because.policyType} policy allows it`
    case "explicit deny":
      return `because a statement of a ${because.policyType} policy denies it${because.policyArn ? ` (${because.policyArn})` : ""}`
    case "allowed":
      return "because every policy that has to allow it does"
    default:
      return `because of this: ${because.reason}`
  }
}

function formatPolicy(policy: PolicyExplanation, paint: Paint): string[] {
  const name = policy.policyArn ?? policy.policyName ?? `number ${policy.policyIndex + 1}`
  return [`  ${policy.policyType} policy ${name}`, ...policy.statements.flatMap((one) => formatStatement(one, paint))]
}

function formatStatement({ sid, index, effect, applies, mismatches }: StatementExplanation, paint: Paint): string[] {
  const name = `statement ${sid ? `"${sid}"` : index + 1} (${effect})`
  if (applies) return [`    ${paint(effect === "Allow" ? "green" : "red", "✓")} ${name} applies`]
  return [
    `    ${paint("dim", "·")} ${name} does not apply:`,
    ...mismatches.map((one) => `        ${formatMismatch(one)}`),
  ]
}

function formatMismatch(mismatch: Mismatch): string {
  switch (mismatch.element) {
    case "Principal":
    case "NotPrincipal":
      return `${mismatch.element} is ${JSON.stringify(mismatch.written)}, the caller is ${mismatch.value ?? "anonymous"}`
    case "Action":
    case "NotAction":
      return `${mismatch.element} is ${mismatch.patterns.join(", ")}, asked was ${mismatch.value}`
    case "Resource":
    case "NotResource":
      return `${mismatch.element} is ${patterns(mismatch.patterns)}, asked was ${mismatch.value}`
    case "Condition":
      return `${mismatch.operator} ${mismatch.key} wants ${patterns(mismatch.patterns)}, the request has ${valueText(mismatch.value)}`
  }
}

const patterns = (list: readonly ExplainedPattern[]): string =>
  list
    .map(({ written, substituted }) => {
      if (substituted.length === 1 && substituted[0] === written) return written
      return `${written} (${substituted.length === 0 ? "a variable in it has no value" : `here ${substituted.join(", ")}`})`
    })
    .join(", ")

function valueText(value: string | readonly string[] | null): string {
  if (value === null) return "no such key"
  return typeof value === "string" ? `"${value}"` : `[${value.map((one) => `"${one}"`).join(", ")}]`
}

const describeReason = (because: unknown): string[] => JSON.stringify(because, null, 2).split("\n")
const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)
