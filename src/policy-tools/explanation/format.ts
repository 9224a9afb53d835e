import type {
  Because,
  ExplainedPattern,
  Mismatch,
  PolicyExplanation,
  PolicyType,
  StatementExplanation,
} from "../../policy/index.ts"

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: keyof typeof COLOURS, text: string) => string

const COLOURS = { red: 31, green: 32, dim: 2, bold: 1 } as const

export const painter =
  (colour: boolean): Paint =>
  (name, text) =>
    colour ? `\u001b[${COLOURS[name]}m${text}\u001b[0m` : text

/** How a type of policy is called in a sentence. */
export const nameOfType = (type: PolicyType): string => (type === "vpce" ? "VPC endpoint" : type)

/** Why a decision is as it is, in a line. */
export function becauseText(because: Because): string {
  switch (because.reason) {
    case "no allow":
      return `because no ${nameOfType(because.policyType)} policy allows it`
    case "explicit deny":
      return `because a statement of a ${nameOfType(because.policyType)} policy denies it${because.policyArn ? ` (${because.policyArn})` : ""}`
    case "allowed":
      return "because every policy that has to allow it does"
    default:
      return `because of this: ${because.reason}`
  }
}

/** A policy and each of its statements: whether it applied, and what kept it from applying. */
export function formatPolicy(policy: PolicyExplanation, paint: Paint): string[] {
  const name = policy.policyArn ?? policy.policyName ?? `number ${policy.policyIndex + 1}`
  return [
    `  ${nameOfType(policy.policyType)} policy ${name}`,
    ...policy.statements.flatMap((one) => formatStatement(one, paint)),
  ]
}

function formatStatement({ sid, index, effect, applies, mismatches }: StatementExplanation, paint: Paint): string[] {
  const name = `statement ${sid ? `"${sid}"` : index + 1} (${effect})`
  if (applies) return [`    ${paint(effect === "Allow" ? "green" : "red", "✓")} ${name} applies`]
  return [
    `    ${paint("dim", "·")} ${name} does not apply:`,
    ...mismatches.map((one) => `        ${formatMismatch(one)}`),
  ]
}

export function formatMismatch(mismatch: Mismatch): string {
  switch (mismatch.element) {
    case "Principal":
    case "NotPrincipal":
      return `${mismatch.element} is ${JSON.stringify(mismatch.written)}, the caller is ${mismatch.value ?? "anonymous"}`
    case "Action":
    case "NotAction":
      return `${mismatch.element} is ${some(mismatch.patterns)}, asked was ${mismatch.value}`
    case "Resource":
    case "NotResource":
      return `${mismatch.element} is ${patterns(mismatch.patterns)}, asked was ${mismatch.value}`
    case "Condition":
      return `${mismatch.operator} ${mismatch.key} wants ${patterns(mismatch.patterns)}, ${mismatch.unknown ? "which nobody had to look at" : `the request has ${valueText(mismatch.value)}`}`
  }
}

const patterns = (list: readonly ExplainedPattern[]): string =>
  some(
    list.map(({ written, substituted }) => {
      if (substituted.length === 1 && substituted[0] === written) return written
      return `${written} (${substituted.length === 0 ? "a variable in it has no value" : `here ${some(substituted)}`})`
    }),
  )

/** Policies of AWS's own name dozens of actions in a statement. */
const some = (names: readonly string[], most = 8): string =>
  names.length > most ? `${names.slice(0, most).join(", ")} and ${names.length - most} more` : names.join(", ")

function valueText(value: string | readonly string[] | null): string {
  if (value === null) return "no such key"
  return typeof value === "string" ? `"${value}"` : `[${value.map((one) => `"${one}"`).join(", ")}]`
}
