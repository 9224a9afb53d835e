import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda"
import { operation, type Scope } from "../../../operation.ts"
import type { Store } from "../../../store/store.ts"
import { UNZIPPED_BYTES, ZIPPED_BYTES } from "../code/limits.ts"
import type { VersionBody } from "../functions/record.ts"
import { ACCOUNT_EXECUTIONS, keptByOthers } from "./account.ts"

/** Developer Guide, "Lambda quotas": 75 GB of code in an account. */
const TOTAL_CODE_BYTES = 80_530_636_800

export const GetAccountSettings = operation(GetAccountSettingsCommand, {
  access: () => ({ resource: "*" }),
  async handle(_input, { store, account, region }) {
    const scope = { account, region }
    const reserved = await store.read((tx) => keptByOthers(tx, scope, ""))
    return {
      AccountLimit: {
        TotalCodeSize: TOTAL_CODE_BYTES,
        CodeSizeUnzipped: UNZIPPED_BYTES,
        CodeSizeZipped: ZIPPED_BYTES,
        ConcurrentExecutions: ACCOUNT_EXECUTIONS,
        UnreservedConcurrentExecutions: ACCOUNT_EXECUTIONS - reserved,
      },
      AccountUsage: await usageOf(store, scope),
    }
  },
})

const PIECE = 100
/** So many functions are counted, and no more: what an account that has others is told is what these make. */
const COUNTED = 1_000

interface Row {
  name: string
  body: string
}

/** The functions, and the code of their `$LATEST`; in pieces, so that others get their turn. */
async function usageOf(
  store: Store,
  { account, region }: Scope,
): Promise<{ TotalCodeSize: number; FunctionCount: number }> {
  let [bytes, functions, after] = [0, 0, ""]
  for (;;) {
    const rows = await store.read((tx) =>
      tx.all<Row>(
        `SELECT f.name, v.body FROM lambda_functions f JOIN lambda_versions v ON v.function_id = f.id AND v.version = 0
WHERE f.account = $1 AND f.region = $2 AND f.name > $3 ORDER BY f.name LIMIT $4`,
        account,
        region,
        after,
        PIECE,
      ),
    )
    for (const { body } of rows) bytes += (JSON.parse(body) as VersionBody).code.segment.size
    functions += rows.length
    after = rows.at(-1)?.name ?? ""
    if (rows.length < PIECE || functions >= COUNTED) return { TotalCodeSize: bytes, FunctionCount: functions }
  }
}
