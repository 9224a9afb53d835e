import type { Value } from "../../../velocity/index.ts"
import { rawNumber } from "../../../wire/json-encode.ts"
import { compileJsonPath } from "./json-path.ts"

/** A body that is mapped, as templates and parameters look at it. */
export interface Document {
  text: string
  /** What a path leads to, of a copy that templates may change. */
  find(path: string): Value
  /** The same as JSON; undefined where it leads nowhere. */
  json(path: string): string | undefined
}

/** A body without characters reads as `{}` (recorded 2024). UNVERIFIED: that one that is no JSON reads as a text. */
export function documentOf(text: string): Document {
  let parsed: { value: unknown } | undefined
  let changeable: { value: unknown } | undefined
  const read = () => ({ value: parseJson(text) })
  return {
    text: text === "" ? "{}" : text,
    find(path) {
      changeable ??= read()
      return (compileJsonPath(path)(changeable.value) ?? undefined) as Value
    },
    json(path) {
      parsed ??= read()
      const value = compileJsonPath(path)(parsed.value)
      return value === undefined ? undefined : JSON.stringify(value, rawly)
    },
  }
}

/** Whole numbers that JavaScript would round are kept. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") return {}
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
  } catch {
    return text
  }
}

function exactly(_name: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

const rawly = (_name: string, value: unknown): unknown => (typeof value === "bigint" ? rawNumber(String(value)) : value)
