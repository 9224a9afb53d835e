import { keepText } from "../base/cut.ts"

const TEXT_LENGTH = 1_024
const ALL_LENGTH = 8_192
const MEMBERS_AT_MOST = 50
const DEPTH = 6

/** A JSON value of a bounded size, with texts of its own: what is remembered keeps nothing of the request alive. */
export function keepJson(value: unknown): unknown {
  let room = ALL_LENGTH
  const text = (long: string): string => {
    const kept = keepText(long, Math.min(TEXT_LENGTH, Math.max(room, 0)))
    room -= kept.length
    return kept
  }
  const keep = (one: unknown, depth: number): unknown => {
    room -= 4
    if (typeof one === "string") return text(one)
    if (typeof one === "number" || typeof one === "boolean" || one === null) return one
    if (typeof one !== "object") return undefined
    if (depth === DEPTH || room <= 0) return "..."
    if (Array.isArray(one)) {
      const kept = one.slice(0, MEMBERS_AT_MOST).map((member) => keep(member, depth + 1))
      return one.length > MEMBERS_AT_MOST ? [...kept, `... (${one.length} members)`] : kept
    }
    const kept: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(one).slice(0, MEMBERS_AT_MOST))
      kept[text(name)] = keep(member, depth + 1)
    return kept
  }
  return keep(value, 0)
}
