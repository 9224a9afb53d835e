import { UnresolvedError } from "../cloudformation/resolve.ts"
import { type Place, SourceError, type SourceNode } from "../source/node.ts"
import { parseSource } from "../source/parse.ts"
import { type FindOptions, type FoundPolicy, findPolicies } from "./find-policies.ts"
import { readPolicy } from "./policy.ts"
import type { Hit, Severity } from "./rule.ts"
import { RULES } from "./rules.ts"

/** What `hallpass lint` reports. */
export interface Finding {
  id: string
  severity: Severity
  file: string
  line: number
  column: number
  /** Which of the file's policies; null where the file is one. */
  policy: string | null
  message: string
  fix: string
}

/** Findings about files; those about policies are in RULES. */
export const FILE_FINDINGS = {
  unreadable: { id: "HP001", severity: "error", title: "the file cannot be read" },
  noPolicy: { id: "HP002", severity: "error", title: "the file has no policy" },
  unresolved: { id: "HP004", severity: "warning", title: "a value that only a deployment knows" },
} as const

/** Everything that is found in a file, in the order of the places. */
export function lint(file: string, text: string, options: FindOptions): Finding[] {
  const finding = (
    { id, severity }: { id: string; severity: Severity },
    { at, message, fix }: Hit,
    policy: string | undefined,
  ): Finding => ({ id, severity, file, line: at.line, column: at.column, policy: policy ?? null, message, fix })

  const unresolved = (error: SourceError, label: string | undefined): Finding => {
    const { at, message } = error
    if (!(error instanceof UnresolvedError)) {
      const hit = { at, message: `${message}.`, fix: "Write the function as CloudFormation takes it." }
      return finding(FILE_FINDINGS.unreadable, hit, label)
    }
    const fix = "Give the value by --parameter NAME=VALUE."
    return finding(FILE_FINDINGS.unresolved, { at, message: `${message}. The policy was not looked at.`, fix }, label)
  }

  let root: SourceNode
  let policies: FoundPolicy[]
  try {
    root = parseSource(text)
    policies = findPolicies(root, options)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const hit = { at: error.at, message: `${error.message}.`, fix: "Write it as YAML or JSON." }
    return [finding(FILE_FINDINGS.unreadable, hit, undefined)]
  }
  if (policies.length === 0) {
    const message = "The file holds no policy: nothing in it has a Statement with an Effect."
    const fix = "Give the file of a policy, a template, or an answer of the AWS CLI."
    return [finding(FILE_FINDINGS.noPolicy, { at: root.at, message, fix }, undefined)]
  }
  return policies
    .flatMap((found) => {
      if ("unresolved" in found) return [unresolved(found.unresolved, found.label)]
      const policy = readPolicy(found.node, found)
      return RULES.flatMap((rule) => [...rule.check(policy)].map((hit) => finding(rule, hit, policy.label)))
    })
    .sort(byPlace)
}

const byPlace = (a: Place & { id: string }, b: Place & { id: string }): number =>
  a.line - b.line || a.column - b.column || (a.id < b.id ? -1 : 1)
