import { compile, type PolicyKind, PolicySyntaxError, validate } from "../../../policy/index.ts"
import { meantOperator } from "../../meant-operator.ts"
import {
  type Entry,
  findEntry,
  findNode,
  itemsOf,
  type MapNode,
  type Place,
  plainOf,
  type SourceNode,
} from "../../source/node.ts"
import type { LintKind, LintPolicy } from "../policy.ts"
import type { Rule } from "../rule.ts"

const KINDS: Readonly<Record<LintKind, PolicyKind>> = {
  identity: "identity-inline",
  managed: "identity-managed",
  trust: "trust",
  bucket: "s3-bucket",
  resource: "resource",
}

/** AWS's words for a trust in Cognito without `aud`: HP301 tells of it. */
export const UNSCOPED_COGNITO = "A condition block must be present for the Cognito provider"

/** AWS's answer when the policy is written; undefined where it is accepted. */
export function findFault({ kind, node }: LintPolicy): string | undefined {
  return validate(KINDS[kind], JSON.stringify(plainOf(node)), kind === "bucket" ? { bucket: bucketOf(node) } : {})
    ?.message
}

/** A bucket's policy may only be about that bucket: the first that it names. */
function bucketOf(node: SourceNode): string {
  const resources = itemsOf(findNode(node, "Statement")).flatMap((one) => itemsOf(findNode(one, "Resource")))
  const [first] = resources.flatMap((one) => (one.kind === "scalar" ? String(one.value) : []))
  return first?.replace(/^arn:aws[a-z-]*:s3:::/, "").replace(/\/.*$/s, "") ?? ""
}

export const refusedByAws: Rule = {
  id: "HP003",
  severity: "error",
  title: "AWS refuses the document",
  *check(policy) {
    const fault = findFault(policy)
    if (fault === undefined || fault === UNSCOPED_COGNITO) return
    const { at, hint } = locate(policy, fault)
    yield {
      at,
      message: `AWS refuses this ${NAMES[policy.kind]}: "${fault}"`,
      fix: hint ?? "Write it as the grammar of its kind of policy has it; --kind says which kind it is.",
    }
  },
}

const NAMES: Readonly<Record<LintKind, string>> = {
  identity: "policy",
  managed: "managed policy",
  trust: "trust policy",
  bucket: "bucket policy",
  resource: "resource policy",
}

/** AWS says what is wrong and not where. The engine knows the place of some faults, the message names the value of
 * others, and else it is the statement that is refused for the same reason alone. */
function locate(policy: LintPolicy, fault: string): { at: Place; hint?: string } {
  const { node } = policy
  try {
    compile(JSON.stringify(plainOf(node)))
  } catch (error) {
    if (error instanceof PolicySyntaxError)
      return { at: placeOf(node, error.path), hint: `Mend this: ${error.message}.${meantOperator(error)}` }
    throw error
  }
  const refused = policy.statements.find(({ node: one }) => findFault({ ...policy, node: alone(node, one) }) === fault)
  if (refused === undefined) return { at: node.at }
  return { at: findQuoted(refused.node, fault) ?? refused.at }
}

/** The document with one of its statements. */
const alone = (node: SourceNode, statement: SourceNode): MapNode => ({
  kind: "map",
  at: node.at,
  entries: (node as MapNode).entries.map((entry) =>
    entry.key === "Statement" ? { ...entry, value: { kind: "list", at: statement.at, items: [statement] } } : entry,
  ),
})

/** The place of a path of the engine: `Statement[0].Condition.Foo`. As much of it as there is. */
function placeOf(root: SourceNode, path: string): Place {
  let { at } = root
  let node: SourceNode | undefined = root
  for (const [, key, place] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (node?.kind === "list" && place !== undefined) node = node.items[Number(place)]
    else if (node?.kind === "map" && key !== undefined) {
      const entry: Entry | undefined = findEntry(node, key)
      if (entry) at = entry.keyAt
      node = entry?.value
      continue
    }
    if (node) at = node.at
  }
  return at
}

/** The place of the longest value that the message quotes; else of the element that it names. */
function findQuoted(statement: SourceNode, message: string): Place | undefined {
  let best: { text: string; at: Place } | undefined
  const walk = (node: SourceNode): void => {
    if (node.kind === "list") node.items.forEach(walk)
    else if (node.kind === "map") for (const { value } of node.entries) walk(value)
    else {
      const text = String(node.value)
      if (text.length > Math.max(2, best?.text.length ?? 0) && message.includes(text)) best = { text, at: node.at }
    }
  }
  walk(statement)
  const named = ELEMENTS.find(
    (element) => message.toLowerCase().includes(element.toLowerCase()) && findEntry(statement, element),
  )
  return best?.at ?? findEntry(statement, named ?? "")?.keyAt
}

const ELEMENTS = ["NotPrincipal", "Principal", "Action", "Resource", "Condition", "Effect", "Sid"]
