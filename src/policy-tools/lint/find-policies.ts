import { resolve } from "../cloudformation/resolve.ts"
import {
  isTemplate,
  readTemplate,
  type Template,
  type TemplateOptions,
  type TemplateResource,
} from "../cloudformation/template.ts"
import {
  type Entry,
  findEntry,
  findNode,
  findText,
  itemsOf,
  type Place,
  plainOf,
  SourceError,
  type SourceNode,
} from "../source/node.ts"
import { parseSource } from "../source/parse.ts"
import type { LintKind, PolicyFacts } from "./policy.ts"
import { COGNITO } from "./rules/trust.ts"

/** A policy of a file; or one whose values only a deployment knows. */
export type FoundPolicy = PolicyFacts & ({ node: SourceNode } | { unresolved: SourceError })

export interface FindOptions {
  template: TemplateOptions
  /** What every policy of the file is, where the file does not tell or tells otherwise. */
  kind?: LintKind | undefined
  forGuests?: boolean | undefined
}

/**
 * The policies of a file: a document alone; those of the resources of a CloudFormation template, with their functions
 * resolved; and else every document that stands somewhere in it, as in the answers of the AWS CLI.
 */
export function findPolicies(root: SourceNode, options: FindOptions): FoundPolicy[] {
  const found = isTemplate(root)
    ? findInTemplate(readTemplate(root, options.template))
    : [...(isOfTerraform(root) ? each(walk(root, [], undefined)) : walk(root, [], undefined))].map(
        ({ path, ...one }) => ({ ...one, label: path.join(".") || undefined }),
      )
  return found.map((one) => ({
    ...one,
    kind: options.kind ?? one.kind,
    forGuests: options.forGuests ?? one.forGuests ?? false,
  }))
}

const isDocument = (node: SourceNode): boolean => {
  const statements = itemsOf(findNode(node, "Statement"))
  return (
    statements.length > 0 && statements.every((one) => one.kind === "map" && findEntry(one, "Effect") !== undefined)
  )
}

/** What a document is by what stands in it. */
function guessKind(node: SourceNode): LintKind {
  const statements = itemsOf(findNode(node, "Statement"))
  if (!statements.some((one) => findEntry(one, "Principal") ?? findEntry(one, "NotPrincipal"))) return "identity"
  const actions = statements.flatMap((one) => itemsOf(findNode(one, "Action"))).map((one) => findText(one) ?? "")
  if (actions.every((action) => /^sts:(Assume|TagSession|SetSourceIdentity)/i.test(action))) return "trust"
  return actions.every((action) => /^s3:/i.test(action)) ? "bucket" : "resource"
}

interface Walked {
  path: string[]
  kind: LintKind
  node: SourceNode
  forGuests?: boolean
}

function* walk(node: SourceNode, path: string[], key: string | undefined): Generator<Walked> {
  const text = path.length > 0 ? findText(node) : undefined
  const document = text?.trimStart().startsWith("{") && text.includes("Statement") ? parseText(text, node.at) : node
  if (document === undefined) return
  if (isDocument(document)) {
    yield { path, node: document, kind: key !== undefined && TRUST.test(key) ? "trust" : guessKind(document) }
  } else if (document.kind === "list") {
    for (const [i, item] of document.items.entries()) yield* walk(item, [...path, String(i)], key)
  } else if (document.kind === "map") {
    for (const entry of document.entries) yield* walk(entry.value, [...path, entry.key], entry.key)
  }
}

/** What `terraform show -json` prints, of a plan or a state. */
const isOfTerraform = (root: SourceNode): boolean =>
  findEntry(root, "terraform_version") !== undefined && findEntry(root, "format_version") !== undefined

/** The same policy stands in several places there: planned, changed and before, and in the data that it was made of. */
function each(policies: Iterable<Walked>): Walked[] {
  const found = new Map<string, Walked>()
  for (const policy of policies) {
    const content = JSON.stringify([policy.kind, plainOf(policy.node)])
    if (!found.has(content)) found.set(content, policy)
  }
  return [...found.values()]
}

const TRUST = /^(AssumeRolePolicyDocument|trust|assume_role_policy)$/

/** A document that stands in a string, as `get-bucket-policy` answers it: all of it has the string's place. */
function parseText(text: string, at: Place): SourceNode | undefined {
  const moved = (node: SourceNode): SourceNode => {
    if (node.kind === "scalar") return { ...node, at }
    if (node.kind === "list") return { ...node, at, items: node.items.map(moved) }
    return { ...node, at, entries: node.entries.map(({ key, value }) => ({ key, keyAt: at, value: moved(value) })) }
  }
  try {
    return moved(parseSource(text))
  } catch (error) {
    if (error instanceof SourceError) return undefined
    throw error
  }
}

function findInTemplate(template: Template): FoundPolicy[] {
  const guests = new Set(
    [...template.resources.values()].filter((one) => isForGuests(one, template)).map(({ logicalId }) => logicalId),
  )
  return [...template.resources.values()].flatMap((resource) => {
    const forGuests = guests.has(resource.logicalId) || isOnlyOf(resource, guests)
    return documentsOf(resource).map(({ path, entry, kind }): FoundPolicy => {
      const facts = { label: [resource.logicalId, ...path].join("."), kind: kind ?? "identity", forGuests }
      try {
        const node = resolve(entry.value, template)
        return { ...facts, kind: kind ?? guessKind(node), node }
      } catch (error) {
        if (error instanceof SourceError) return { ...facts, unresolved: error }
        throw error
      }
    })
  })
}

interface TemplateDocument {
  path: string[]
  entry: Entry
  /** Undefined where the document tells. */
  kind: LintKind | undefined
}

const KEYS: Readonly<Record<string, LintKind | undefined>> = {
  AssumeRolePolicyDocument: "trust",
  PolicyDocument: undefined,
  KeyPolicy: "resource",
}

const KINDS: Readonly<Record<string, LintKind>> = {
  "AWS::IAM::ManagedPolicy": "managed",
  "AWS::S3::BucketPolicy": "bucket",
  "AWS::SQS::QueuePolicy": "resource",
  "AWS::SNS::TopicPolicy": "resource",
}

function documentsOf({ type, properties }: TemplateResource): TemplateDocument[] {
  const found: TemplateDocument[] = []
  const look = (node: SourceNode | undefined, path: string[]): void => {
    if (node?.kind === "list") for (const [i, item] of node.items.entries()) look(item, [...path, String(i)])
    if (node?.kind !== "map") return
    for (const entry of node.entries) {
      const here = [...path, entry.key]
      if (Object.hasOwn(KEYS, entry.key)) found.push({ path: here, entry, kind: KEYS[entry.key] ?? KINDS[type] })
      else if (isDocument(entry.value)) found.push({ path: here, entry, kind: KINDS[type] })
      else look(entry.value, here)
    }
  }
  look(properties, [])
  return found
}

/** Whether a role's trust asks for guests alone. */
function isForGuests({ type, properties }: TemplateResource, template: Template): boolean {
  const trust = findNode(properties, "AssumeRolePolicyDocument")
  if (type !== "AWS::IAM::Role" || trust === undefined) return false
  const kinds = itemsOf(findNode(trust, "Statement")).flatMap((statement) => {
    const conditions = findNode(statement, "Condition")
    const operators = conditions?.kind === "map" ? conditions.entries.map(({ value }) => value) : []
    return operators.flatMap((keys) => itemsOf(findNode(keys, `${COGNITO}:amr`)))
  })
  return kinds.length > 0 && kinds.every((kind) => textOf(kind, template) === "unauthenticated")
}

function textOf(node: SourceNode, template: Template): string | undefined {
  try {
    return findText(resolve(node, template))
  } catch {
    return undefined
  }
}

/** Whether a policy of its own (AWS::IAM::Policy, AWS::IAM::ManagedPolicy) is attached to roles of guests alone. */
function isOnlyOf({ properties }: TemplateResource, guests: ReadonlySet<string>): boolean {
  const roles = itemsOf(findNode(properties, "Roles"))
  return roles.length > 0 && roles.every((role) => guests.has(findText(findNode(role, "Ref")) ?? ""))
}
