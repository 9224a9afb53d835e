import { describeNode, findText, type Place, SourceError, type SourceNode } from "../source/node.ts"
import { findPhysicalNames, type PhysicalNames } from "./physical.ts"
import { findParameter, hasParameter, type Template } from "./template.ts"

/** A function whose value only a deployment knows: the file is not wrong, something has to be given. */
export class UnresolvedError extends SourceError {
  override name = "UnresolvedError"
}

/** Names of resources may refer to other resources, which may not come round again. */
const DEPTH_AT_MOST = 20

/**
 * A part of a template with its functions resolved: Ref, Fn::Sub, Fn::GetAtt and Fn::Join. What the others stand for is
 * refused.
 *
 * @throws {UnresolvedError} where a value has to be given
 * @throws {SourceError} where a function is used wrongly
 */
export function resolve(node: SourceNode, template: Template, depth = 0): SourceNode {
  if (node.kind === "scalar") return node
  if (node.kind === "list") return { ...node, items: node.items.map((item) => resolve(item, template, depth)) }
  const [only, ...others] = node.entries
  if (only === undefined || others.length > 0 || !isFunction(only.key)) {
    const entries = node.entries.map((entry) => ({ ...entry, value: resolve(entry.value, template, depth) }))
    return { ...node, entries }
  }
  const { key, value } = only
  switch (key) {
    case "Ref":
      return nodeOf(refer(textOf(value, key), value.at, template, depth), node.at)
    case "Fn::GetAtt":
      return nodeOf(getAttribute(value, template, depth), node.at)
    case "Fn::Sub":
      return nodeOf(substitute(value, template, depth), node.at)
    case "Fn::Join":
      return nodeOf(join(resolve(value, template, depth)), node.at)
    default:
      throw new UnresolvedError(`${key} is not resolved here: only Ref, Fn::Sub, Fn::GetAtt and Fn::Join are`, node.at)
  }
}

const isFunction = (key: string): boolean => key === "Ref" || key.startsWith("Fn::")

const scalarOf = (text: string, at: Place): SourceNode => ({ kind: "scalar", at, value: text, text })

const nodeOf = (value: string | string[], at: Place): SourceNode =>
  typeof value === "string" ? scalarOf(value, at) : { kind: "list", at, items: value.map((one) => scalarOf(one, at)) }

function textOf(node: SourceNode | undefined, key: string, at?: Place): string {
  const text = findText(node)
  if (text === undefined)
    throw new SourceError(`${key} takes text, not ${node ? describeNode(node) : "nothing"}`, (node?.at ?? at)!)
  return text
}

const PSEUDO: Readonly<Record<string, (template: Template) => string>> = {
  "AWS::AccountId": ({ account }) => account,
  "AWS::Region": ({ region }) => region,
  "AWS::Partition": () => "aws",
  "AWS::URLSuffix": () => "amazonaws.com",
  "AWS::StackName": () => "stack",
}

function refer(name: string, at: Place, template: Template, depth: number): string | string[] {
  if (Object.hasOwn(PSEUDO, name)) return template.given.get(name) ?? PSEUDO[name]!(template)
  if (hasParameter(template, name)) {
    const value = findParameter(template, name)
    if (value === undefined) throw new UnresolvedError(`The parameter ${name} has no default: give it a value`, at)
    return value
  }
  const given = template.given.get(name)
  return given ?? physicalNames(name, name, at, template, depth).ref
}

function getAttribute(value: SourceNode, template: Template, depth: number): string {
  const parts =
    value.kind === "list" ? value.items.map((item) => textOf(item, "Fn::GetAtt")) : [textOf(value, "Fn::GetAtt")]
  const [name = "", ...attribute] = parts.join(".").split(".")
  return attributeOf(name, attribute.join("."), value.at, template, depth)
}

function attributeOf(name: string, attribute: string, at: Place, template: Template, depth: number): string {
  const given = template.given.get(`${name}.${attribute}`)
  if (given !== undefined) return given
  const { attributes } = physicalNames(name, `${name}.${attribute}`, at, template, depth)
  if (Object.hasOwn(attributes, attribute)) return attributes[attribute]!
  throw new UnresolvedError(`${name}.${attribute} is known once ${name} is deployed: give it a value`, at)
}

function physicalNames(name: string, asked: string, at: Place, template: Template, depth: number): PhysicalNames {
  const resource = template.resources.get(name)
  if (resource === undefined) throw new SourceError(`The template has no parameter or resource ${name}`, at)
  if (depth > DEPTH_AT_MOST) throw new SourceError(`The name of ${name} depends on itself`, at)
  const read = (property: string): string | undefined => {
    const { properties } = resource
    const written =
      properties?.kind === "map" ? properties.entries.find(({ key }) => key === property)?.value : undefined
    return written && findText(resolve(written, template, depth + 1))
  }
  const names = findPhysicalNames(resource, read, template)
  if (names !== undefined) return names
  throw new UnresolvedError(`${asked} (${resource.type}) is known once it is deployed: give it a value`, at)
}

/** `${Name}`, `${Name.Attribute}`, and `${!text}` for `${text}` itself. */
function substitute(value: SourceNode, template: Template, depth: number): string {
  const [text, map] = value.kind === "list" ? value.items : [value]
  const own = new Map<string, string>()
  if (map?.kind === "map")
    for (const { key, value: one } of map.entries) own.set(key, textOf(resolve(one, template, depth), "Fn::Sub"))
  return textOf(text, "Fn::Sub", value.at).replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`
    const known = own.get(name.trim())
    if (known !== undefined) return known
    if (/^[a-z-]+:/.test(name))
      throw new SourceError(`In Fn::Sub, the policy variable \${${name}} is written \${!${name}}`, value.at)
    const [resource = "", ...attribute] = name.trim().split(".")
    const found =
      attribute.length > 0
        ? attributeOf(resource, attribute.join("."), value.at, template, depth)
        : refer(resource, value.at, template, depth)
    if (typeof found !== "string") throw new SourceError(`\${${name}} is a list, which Fn::Sub cannot hold`, value.at)
    return found
  })
}

function join(value: SourceNode): string {
  const [separator, list, ...others] = value.kind === "list" ? value.items : []
  if (list?.kind !== "list" || others.length > 0)
    throw new SourceError("Fn::Join takes a separator and a list", value.at)
  return list.items.map((item) => textOf(item, "Fn::Join")).join(textOf(separator, "Fn::Join"))
}
