import type { WireOptions } from "./options.ts"
import { type CommandWithSchema, membersOf, type OperationShape, operationShape } from "./schema.ts"

export type Segment = { literal: string } | { label: string; greedy: boolean }

/** What a request must look like to be for one REST operation. */
export interface Route {
  readonly name: string
  readonly method: string
  readonly segments: readonly Segment[]
  /** Query parameters of the URI itself (`?uploads`), without `x-id`, which not every client sends. */
  readonly literals: readonly (readonly [name: string, value: string])[]
  /** Query parameters and headers that carry required members: what tells CopyObject from PutObject. */
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
  readonly s3: boolean
}

export function routeOf({ name, traits, input }: OperationShape, options: WireOptions): Route {
  if (!traits.http) throw new Error(`${name} has no http trait`)
  const [method, uri] = traits.http
  const [path = "", query = ""] = uri.split("?")
  const required = membersOf(input).filter((member) => member.required)
  const segments = segmentsOf(path)
  const s3 = options.s3 === true
  // The schemas leave the bucket to the client's endpoint rules; on the path it comes first.
  if (s3 && required.some(({ memberName, member }) => memberName === "Bucket" && member.httpLabel)) {
    segments.unshift({ label: "Bucket", greedy: false })
  }
  return {
    name,
    method,
    segments,
    literals: query
      .split("&")
      .filter((pair) => pair !== "" && !pair.startsWith("x-id="))
      .map((pair) => [pair.split("=")[0]!, pair.split("=")[1] ?? ""]),
    requiredQuery: required.flatMap(({ member }) => member.httpQuery ?? []),
    requiredHeaders: required.flatMap(({ member }) => member.httpHeader?.toLowerCase() ?? []),
    s3,
  }
}

function segmentsOf(path: string): Segment[] {
  const parts = path.split("/").slice(1)
  if (parts.at(-1) === "") parts.pop()
  return parts.map((part) => {
    const label = /^\{(.+?)(\+?)\}$/.exec(part)
    return label ? { label: label[1]!, greedy: label[2] === "+" } : { literal: part }
  })
}

/** The route of an operation of which nothing else is compiled: one that is known and not answered. */
export const commandRoute = (Command: CommandWithSchema, options: WireOptions): Route =>
  routeOf(operationShape(Command), options)
