import type { ContextValue } from "../policy/index.ts"

type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[]
type TagRecord = Readonly<Record<string, string>>

/** `aws:RequestTag/...` and `aws:TagKeys` of a request that sets tags; nothing for one that sets none. */
export function requestTagContext(tags: TagList | TagRecord = []): Record<string, ContextValue> {
  const pairs = isList(tags) ? tags.map(({ Key = "", Value = "" }) => [Key, Value] as const) : Object.entries(tags)
  if (pairs.length === 0) return {}
  const context: Record<string, ContextValue> = { "aws:TagKeys": pairs.map(([key]) => key) }
  for (const [key, value] of pairs) context[`aws:RequestTag/${key}`] = value
  return context
}

const isList = (tags: TagList | TagRecord): tags is TagList => Array.isArray(tags)
