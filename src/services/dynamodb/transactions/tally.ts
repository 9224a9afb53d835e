import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb"
import { describeUsage, newUsage, type Usage } from "../items/capacity.ts"
import type { Table } from "../tables/record.ts"

/** What a transaction uses of each table it names. */
export function createTally(kind: "read" | "write") {
  const usages = new Map<string, { table: Table; usage: Usage }>()
  return {
    of(name: string, table: Table): Usage {
      const known = usages.get(name)
      if (known) return known.usage
      const usage = newUsage()
      usages.set(name, { table, usage })
      return usage
    },
    consumed(asked: "INDEXES" | "TOTAL" | "NONE" | undefined): { ConsumedCapacity?: ConsumedCapacity[] } {
      if (asked !== "TOTAL" && asked !== "INDEXES") return {}
      return {
        ConsumedCapacity: [...usages].map(([name, { table, usage }]) => describeUsage(asked, name, table, usage, kind)),
      }
    },
  }
}
