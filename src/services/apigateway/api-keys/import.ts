import { ImportApiKeysCommand } from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { on } from "../access.ts"
import { badRequest } from "../errors.ts"
import { getUsagePlan } from "../usage-plans/get.ts"
import { addPlanKey } from "../usage-plans/keys-record.ts"
import { parseCsv } from "./csv.ts"
import { makeApiKey } from "./make.ts"

/** Developer Guide, "API Gateway API key file format": the names of the columns, in any case and order. */
const COLUMNS = ["name", "key", "description", "enabled", "usageplanids"]

/** So many rows as a transaction may write; AWS names no limit. */
const MOST_ROWS = 1_000

type Row = Readonly<Record<string, string>>

/** UNVERIFIED texts. */
function rowsOf(file: string): Row[] {
  const [head = [], ...rows] = parseCsv(file.replace(/^\ufeff/, ""))
  const columns = head.map((name) => name.trim().toLowerCase())
  if (!columns.includes("key") || columns.some((name) => !COLUMNS.includes(name)))
    throw badRequest(
      "Invalid API key file: the first line must name the columns name, key, description, enabled and usageplanIds",
    )
  if (rows.length > MOST_ROWS) throw badRequest(`An API key file can have at most ${MOST_ROWS} keys`)
  return rows.map((values) => Object.fromEntries(columns.map((name, i) => [name, (values[i] ?? "").trim()])))
}

/** What is wrong with one key is a warning, and the others are imported; with `failOnWarnings` none is. */
export const ImportApiKeys = operation(ImportApiKeysCommand, {
  access: on("POST", "/apikeys"),
  async handle({ body, failOnWarnings }, context) {
    const rows = rowsOf(new TextDecoder().decode(body as Uint8Array))
    return context.store.transact(async (tx) => {
      const ids: string[] = []
      const warnings: string[] = []
      for (const [i, row] of rows.entries())
        try {
          const { name, key: value, description, enabled = "", usageplanids = "" } = row
          const planIds = usageplanids.split(/[,;\s]+/).filter((id) => id !== "")
          for (const planId of planIds) await getUsagePlan(tx, context, planId)
          const key = await makeApiKey(tx, context, { name, value, description, enabled: /^true$/i.test(enabled) })
          for (const planId of planIds) await addPlanKey(tx, context, planId, key.id)
          ids.push(key.id)
        } catch (error) {
          if (!(error instanceof WireError)) throw error
          warnings.push(`Line ${i + 2}: ${error.message}`)
        }
      if (failOnWarnings && warnings.length > 0) throw badRequest(warnings.join("; "))
      return { ids, warnings }
    })
  },
})
