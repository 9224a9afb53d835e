import { Cursor } from "./cursor.ts"
import { parseCondition } from "./parse-condition.ts"
import { parseProjection } from "./parse-path.ts"
import { parseUpdate } from "./parse-update.ts"
import type { ExpressionKind, WrittenCondition, WrittenPath, WrittenUpdate } from "./syntax.ts"

/** Programs send the same few expressions over and over, so what was parsed is kept by its text: so much text of each kind. */
const KEPT_CHARACTERS = 500_000

function remembering<T>(parse: (cursor: Cursor) => T): (kind: ExpressionKind, source: string) => T {
  const kept = new Map<string, T>()
  let characters = 0
  return (kind, source) => {
    const key = `${kind}:${source}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const parsed = parse(new Cursor(kind, source))
    kept.set(key, parsed)
    characters += key.length
    for (const oldest of kept.keys()) {
      if (characters <= KEPT_CHARACTERS) break
      kept.delete(oldest)
      characters -= oldest.length
    }
    return parsed
  }
}

type ConditionKind = "ConditionExpression" | "FilterExpression" | "KeyConditionExpression"

export const parseConditionExpression: (kind: ConditionKind, source: string) => WrittenCondition =
  remembering(parseCondition)

const projections = remembering(parseProjection)
export const parseProjectionExpression = (source: string): WrittenPath[] => projections("ProjectionExpression", source)

const updates = remembering(parseUpdate)
export const parseUpdateExpression = (source: string): WrittenUpdate => updates("UpdateExpression", source)
