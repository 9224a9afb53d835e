import { invalid } from "../errors.ts"
import type { KeySchema } from "./keys.ts"
import type { Table } from "./record.ts"

/** No key has anything within: `entered` are the attributes that paths go into. */
export function assertScalarKeys(table: Table, entered: ReadonlySet<string>): void {
  if (entered.size === 0) return
  const among = ({ all }: KeySchema): string | undefined => all.find(({ name }) => entered.has(name))?.name
  const key = among(table.key)
  if (key !== undefined) throw notScalar(`Key: ${key}`)
  for (const index of table.indexes.values()) {
    const indexKey = among(index.key)
    if (indexKey !== undefined) throw notScalar(`IndexKey: ${indexKey}`)
  }
}

const notScalar = (which: string) =>
  invalid(`Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${which}`)
