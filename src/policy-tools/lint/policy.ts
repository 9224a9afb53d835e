import { OPERATORS, type OperatorName, parseOperatorName } from "../../policy/conditions/operators.ts"
import { findNode, findText, itemsOf, type Place, type SourceNode } from "../source/node.ts"

export type LintKind = "identity" | "managed" | "trust" | "bucket" | "resource"

/** A policy as it stands in a file. What is misshapen in it is left out here: the grammar's rule tells of it. */
export interface LintPolicy {
  /** Which of the file's policies; undefined where the file is one. */
  label: string | undefined
  kind: LintKind
  /** Of guests of an identity pool, whose sessions are cut down. */
  forGuests: boolean
  node: SourceNode
  /** Whether the document's version has variables. */
  hasVariables: boolean
  statements: readonly LintStatement[]
}

export interface LintStatement {
  at: Place
  node: SourceNode
  index: number
  effect: string | undefined
  actions: readonly Written[]
  notActions: readonly Written[]
  resources: readonly Written[]
  notResources: readonly Written[]
  principals: readonly WrittenPrincipal[]
  conditions: readonly LintCondition[]
}

/** A string and its place. */
export interface Written {
  text: string
  at: Place
}

export interface WrittenPrincipal extends Written {
  /** `AWS`, `Federated`, ...; `*` for the bare string. */
  type: string
}

export interface LintCondition {
  operator: OperatorName
  /** As it is written. */
  operatorText: string
  negated: boolean
  key: string
  keyAt: Place
  values: readonly Written[]
}

export interface PolicyFacts {
  label?: string | undefined
  kind: LintKind
  forGuests?: boolean
}

export function readPolicy(node: SourceNode, { label, kind, forGuests = false }: PolicyFacts): LintPolicy {
  return {
    label,
    kind,
    forGuests,
    node,
    hasVariables: findText(findNode(node, "Version")) === "2012-10-17",
    statements: itemsOf(findNode(node, "Statement"))
      .filter((one) => one.kind === "map")
      .map(readStatement),
  }
}

const readStatement = (node: SourceNode, index: number): LintStatement => ({
  at: node.at,
  node,
  index,
  effect: findText(findNode(node, "Effect")),
  actions: textsOf(findNode(node, "Action")),
  notActions: textsOf(findNode(node, "NotAction")),
  resources: textsOf(findNode(node, "Resource")),
  notResources: textsOf(findNode(node, "NotResource")),
  principals: readPrincipals(findNode(node, "Principal")),
  conditions: readConditions(findNode(node, "Condition")),
})

const textsOf = (node: SourceNode | undefined): Written[] =>
  itemsOf(node).flatMap((item) => (item.kind === "scalar" ? { text: String(item.value), at: item.at } : []))

function readPrincipals(node: SourceNode | undefined): WrittenPrincipal[] {
  if (node?.kind !== "map") return textsOf(node).map((one) => ({ ...one, type: "*" }))
  return node.entries.flatMap(({ key, value }) => textsOf(value).map((one) => ({ ...one, type: key })))
}

function readConditions(node: SourceNode | undefined): LintCondition[] {
  if (node?.kind !== "map") return []
  return node.entries.flatMap(({ key: operatorText, value: keys }) => {
    const operator = parseOperatorName(operatorText)
    if (operator === undefined || keys.kind !== "map") return []
    const negated = OPERATORS.get(operator.base)?.negated ?? false
    return keys.entries.map(({ key, keyAt, value }) => ({
      operator,
      operatorText,
      negated,
      key,
      keyAt,
      values: textsOf(value),
    }))
  })
}

export const isAllow = ({ effect }: LintStatement): boolean => effect === "Allow"
