import type { KeySchema } from "../tables/keys.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { afterPrefix, encodeKey, encodePartition, encodePrefix } from "../values/key-bytes.ts"
import type { KeyCondition } from "./key-condition.ts"

/** A stretch of one partition: `from` is in it, `to` is not; undefined where it has no end. */
export interface KeyRange {
  pk: Buffer
  from: Buffer
  to: Buffer | undefined
}

export function keyRangeOf(schema: KeySchema, { partition, sort }: KeyCondition): KeyRange {
  const pk = encodePartition(partition)
  const last = sort[sort.length - 1]
  if (!last) return { pk, from: Buffer.alloc(0), to: undefined }
  const equals = sort.slice(0, -1).map(({ values }) => values[0]!)
  const isWhole = sort.length === schema.sort.length
  const at = (value: AttributeValue): Buffer => encodeKey([...equals, value], isWhole)
  /** The least key behind all that have this value. */
  const after = (value: AttributeValue): Buffer | undefined =>
    isWhole ? Buffer.concat([at(value), Buffer.of(0)]) : afterPrefix(at(value))
  const start = encodeKey(equals, false)
  const end = equals.length === 0 ? undefined : afterPrefix(start)
  const [first, second] = last.values as [AttributeValue, AttributeValue | undefined]
  switch (last.operator) {
    case "=":
      return { pk, from: at(first), to: after(first) }
    case "<":
      return { pk, from: start, to: at(first) }
    case "<=":
      return { pk, from: start, to: after(first) }
    case ">":
      return { pk, from: after(first) ?? at(first), to: end }
    case ">=":
      return { pk, from: at(first), to: end }
    case "BETWEEN":
      return { pk, from: at(first), to: after(second!) }
    case "begins_with": {
      const prefix = encodePrefix(equals, first, isWhole)
      return { pk, from: prefix, to: afterPrefix(prefix) }
    }
  }
}
