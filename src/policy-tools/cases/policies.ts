import { findNearest } from "../../base/nearest.ts"
import { type CompiledPolicy, compile, PolicySyntaxError } from "../../policy/index.ts"
import { awsManagedPolicies } from "../../services/iam/policies/aws-managed.ts"
import { meantOperator } from "../meant-operator.ts"
import { textOf } from "../source/fields.ts"
import { describeNode, type Entry, findNode, plainOf, SourceError, type SourceNode } from "../source/node.ts"
import { parseSource } from "../source/parse.ts"

/** Reads a file that another one names, relative to it. */
export type ReadFile = (path: string) => string

/** The policies that a file names: in it, beside it, or AWS's own. */
export interface Policies {
  /** A policy as it is referred to: a name, a path, an ARN of AWS's, or the document itself, which explanations call by
   * `name`. */
  get(node: SourceNode, what: string, name?: string): CompiledPolicy
}

export function readPolicies(named: readonly Entry[], readFile: ReadFile): Policies {
  const byName = new Map(named.map(({ key, value }) => [key, value]))

  function get(node: SourceNode, what: string, own = what): CompiledPolicy {
    if (node.kind === "map") return compileNode(node, own)
    const name = textOf(node, what)
    const known = byName.get(name)
    if (known?.kind === "map") return compileNode(known, name)
    if (known !== undefined) return fromFile(textOf(known, `the policy ${name}`), name, known)
    if (name.startsWith("arn:")) return managedPolicy(name, node)
    if (/\.(json|ya?ml)$/.test(name)) return fromFile(name, name, node)
    const nearest = findNearest(name, byName.keys())
    const hint = nearest
      ? `; did you mean '${nearest}'?`
      : ": name one of 'policies', a .json or .yaml file, or write it here"
    throw new SourceError(`There is no policy '${name}'${hint}`, node.at)
  }

  function fromFile(path: string, name: string, node: SourceNode): CompiledPolicy {
    const text = readText(readFile, path, node)
    try {
      return compileNode(parseSource(text), name)
    } catch (error) {
      throw error instanceof SourceError ? new SourceError(error.message, error.at, path) : error
    }
  }
  return { get }
}

export function readText(readFile: ReadFile, path: string, node: SourceNode): string {
  try {
    return readFile(path)
  } catch (error) {
    throw new SourceError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, node.at)
  }
}

/** A document, or the answer of the AWS CLI that holds one. */
export function compileNode(node: SourceNode, name: string): CompiledPolicy {
  const document = findNode(node, "Statement") ? node : findNode(node, "PolicyDocument")
  if (document === undefined)
    throw new SourceError(`${name} is ${describeNode(node)} without a Statement, and no policy`, node.at)
  try {
    return compile(JSON.stringify(plainOf(document)), { name })
  } catch (error) {
    if (error instanceof PolicySyntaxError)
      throw new SourceError(`The policy ${name}: ${error.message}${meantOperator(error)}`, document.at)
    throw error
  }
}

/** AWS's managed policies, as far as they are here. */
export function managedPolicy(arn: string, node: SourceNode): CompiledPolicy {
  const found = findManagedPolicy(arn)
  if (found) return found
  throw new SourceError(
    `${arn} is no managed policy of AWS that is known here: put its document into a file and name that`,
    node.at,
  )
}

export function findManagedPolicy(arn: string): CompiledPolicy | undefined {
  const found = awsManagedPolicies.find(({ name, path }) => arn === `arn:aws:iam::aws:policy${path}${name}`)
  return found && compile(JSON.stringify(found.document), { arn, name: found.name })
}
