import { parseBase64 } from "./base64.ts"
import { WireError } from "./errors.ts"
import { parseNumber } from "./numbers.ts"
import type { WireOptions } from "./options.ts"
import { parsePairs } from "./parameters.ts"
import { memoized } from "./recursion.ts"
import { keyShape, membersOf, type Shape, valueShape } from "./schema.ts"
import { parseTimestamp } from "./timestamps.ts"

/** One name of `Tags.member.1.Key`: what is under it, and the value that was given for it itself. */
interface Branch {
  value: string | undefined
  branches: Map<string, Branch> | undefined
}

type QueryDecode = (branch: Branch) => unknown

/** More dots than any model has. */
const MAXIMUM_DEPTH = 16

export const malformedInput = (message: string): WireError => new WireError("MalformedInput", message)

export function parseForm(text: string, mostParameters: number): Map<string, string> {
  const form = new Map<string, string>()
  let parameters = 0
  for (const pair of parsePairs(text)) {
    if (++parameters > mostParameters) throw malformedInput("The request has too many parameters")
    if (!pair) throw malformedInput("The request is not well encoded")
    form.set(pair[0], pair[1])
  }
  return form
}

export function queryDecoder(
  input: Shape,
  options: WireOptions,
): (form: ReadonlyMap<string, string>) => Record<string, unknown> {
  const memo = memoized<QueryDecode>()
  const fractional = new Set(options.fractionalMembers)

  const compile = (shape: Shape, memberName = ""): QueryDecode => {
    switch (shape.kind) {
      case "structure":
      case "union":
        return memo(shape.identity, () => structure(shape))
      case "list": {
        const value = valueShape(shape)
        const name = shape.member.xmlFlattened ? undefined : (value.member.xmlName ?? "member")
        return list(name, compile(value, memberName))
      }
      case "map":
        return map(shape, compile(keyShape(shape)), compile(valueShape(shape), memberName))
      default:
        return scalar(shape, fractional.has(memberName))
    }
  }

  const structure = (shape: Shape): QueryDecode => {
    const members = new Map<string, { name: string; decode: QueryDecode }>()
    for (const member of membersOf(shape)) {
      const decode = compile(member, member.memberName)
      const flattened = member.kind === "list" && member.member.xmlFlattened
      const name = member.member.xmlName ?? (flattened && valueShape(member).member.xmlName) ?? member.memberName
      members.set(name || member.memberName, { name: member.memberName, decode })
    }
    return ({ branches }) => {
      const decoded: Record<string, unknown> = {}
      if (branches === undefined) return decoded
      for (const [key, branch] of branches) {
        const member = members.get(key)
        if (member === undefined) continue
        const value = member.decode(branch)
        if (value !== undefined) decoded[member.name] = value
      }
      return decoded
    }
  }

  const decode = input.kind === "unit" ? () => ({}) : compile(input)
  return (form) => decode(plant(form)) as Record<string, unknown>
}

function plant(form: ReadonlyMap<string, string>): Branch {
  const root: Branch = { value: undefined, branches: undefined }
  for (const [name, value] of form) {
    let branch = root
    const steps = name.split(".", MAXIMUM_DEPTH + 1)
    if (steps.length > MAXIMUM_DEPTH) throw malformedInput("Nesting is too deep")
    for (const step of steps) {
      branch.branches ??= new Map()
      let next = branch.branches.get(step)
      if (next === undefined) {
        next = { value: undefined, branches: undefined }
        branch.branches.set(step, next)
      }
      branch = next
    }
    branch.value = value
  }
  return root
}

const INDEX = /^\d{1,9}$/

/** The branches that a list or a map numbers, in the order of their numbers. */
function numbered(branches: ReadonlyMap<string, Branch>): Branch[] {
  const found: [number, Branch][] = []
  for (const [key, branch] of branches) {
    if (INDEX.test(key)) found.push([Number(key), branch])
    else if (key !== "") throw malformedInput(`Key ${key} is not valid`)
  }
  return found.sort(([a], [b]) => a - b).map(([, branch]) => branch)
}

/** An empty value (`Tags=`) is how a client sends an empty list. */
function list(memberName: string | undefined, decode: QueryDecode): QueryDecode {
  return ({ value, branches }) => {
    const numberedBranches = memberName === undefined ? branches : branches?.get(memberName)?.branches
    if (numberedBranches === undefined) {
      if (value === "" || branches?.get(memberName ?? "")?.value === "") return []
      throw malformedInput("Unexpected list element termination")
    }
    const decoded: unknown[] = []
    for (const branch of numbered(numberedBranches)) {
      const element = decode(branch)
      if (element !== undefined) decoded.push(element)
    }
    return decoded
  }
}

function map(shape: Shape, decodeKey: QueryDecode, decodeValue: QueryDecode): QueryDecode {
  const keyName = keyShape(shape).member.xmlName ?? "key"
  const valueName = valueShape(shape).member.xmlName ?? "value"
  const flattened = shape.member.xmlFlattened
  return ({ value, branches }) => {
    const entries = flattened ? branches : branches?.get("entry")?.branches
    const decoded: Record<string, unknown> = Object.create(null)
    if (entries === undefined) {
      if (value === "") return decoded
      throw malformedInput("Unexpected map entry termination")
    }
    for (const { branches: entry } of numbered(entries)) {
      const key = entry?.get(keyName)
      const held = entry?.get(valueName)
      if (key === undefined || held === undefined) throw malformedInput("Unexpected map entry termination")
      decoded[decodeKey(key) as string] = decodeValue(held)
    }
    return decoded
  }
}

function scalar({ kind, format }: Shape, fractional: boolean): QueryDecode {
  const parse = parserOf(kind, format ?? "date-time", fractional)
  return ({ value }) => (value === undefined ? undefined : parse(value))
}

function parserOf(kind: Shape["kind"], format: NonNullable<Shape["format"]>, fractional: boolean) {
  switch (kind) {
    case "number":
      return (text: string): number => {
        const number = parseNumber(text, fractional)
        if (number === undefined) throw malformedInput(`Invalid number: ${text}`) // UNVERIFIED text
        return number
      }
    case "boolean":
      return (text: string): boolean => {
        if (text !== "true" && text !== "false") throw malformedInput(`Invalid boolean: ${text}`) // UNVERIFIED text
        return text === "true"
      }
    case "timestamp":
      return (text: string): Date => {
        const date = parseTimestamp(text, format)
        // Reported (briandilley/ebs-deploy #33).
        if (!date) throw malformedInput("timestamp must follow ISO8601")
        return date
      }
    case "blob":
      return (text: string): Uint8Array => {
        const bytes = parseBase64(text)
        if (typeof bytes === "string") throw malformedInput(bytes)
        return bytes
      }
    default:
      return (text: string): string => text
  }
}
