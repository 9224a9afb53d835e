import { findEntry, findNode, findText, type MapNode, type Place, plainOf, type SourceNode } from "../source/node.ts"

/** A resource of a template. */
export interface TemplateResource {
  logicalId: string
  type: string
  at: Place
  properties: SourceNode | undefined
}

/** What a template's functions are resolved from. */
export interface Template {
  account: string
  region: string
  /** Values that the caller gave: of parameters (`Env`), and of what only a deployment knows (`Bucket.Arn`). */
  given: ReadonlyMap<string, string>
  parameters: SourceNode | undefined
  resources: ReadonlyMap<string, TemplateResource>
}

export type TemplateOptions = Pick<Template, "account" | "region" | "given">

/** Whether a file is a CloudFormation template: a map of resources that have types. */
export function isTemplate(root: SourceNode): root is MapNode {
  const resources = findNode(root, "Resources")
  return (
    resources?.kind === "map" &&
    resources.entries.length > 0 &&
    resources.entries.every(({ value }) => findText(findNode(value, "Type")) !== undefined)
  )
}

export function readTemplate(root: SourceNode, options: TemplateOptions): Template {
  const resources = findNode(root, "Resources")
  const entries = resources?.kind === "map" ? resources.entries : []
  return {
    ...options,
    parameters: findNode(root, "Parameters"),
    resources: new Map(
      entries.map(({ key, keyAt, value }) => [
        key,
        {
          logicalId: key,
          type: findText(findNode(value, "Type")) ?? "",
          at: keyAt,
          properties: findNode(value, "Properties"),
        },
      ]),
    ),
  }
}

/** The given value of a parameter, or its default. A list is text with commas, as CloudFormation takes it. */
export function findParameter({ given, parameters }: Template, name: string): string | string[] | undefined {
  const parameter = findEntry(parameters, name)?.value
  if (parameter === undefined) return undefined
  const written = findNode(parameter, "Default")
  const value = given.get(name) ?? (written === undefined ? undefined : String(plainOf(written)))
  const type = findText(findNode(parameter, "Type")) ?? "String"
  return value !== undefined && /^(List<|CommaDelimitedList)/.test(type) ? value.split(/\s*,\s*/) : value
}

export const hasParameter = ({ parameters }: Template, name: string): boolean =>
  findEntry(parameters, name) !== undefined
