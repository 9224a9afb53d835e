import { ListFunctionsCommand, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onFunction } from "../access.ts"
import { listPage } from "../paging.ts"
import { getFunction } from "./find.ts"
import { addressed } from "./name.ts"
import { type FunctionBody, type FunctionVersion, LATEST, type VersionBody, versionName } from "./record.ts"
import { listVersion } from "./show.ts"

interface JoinedRow {
  name: string
  id: string
  body: string
  version: number
  version_body: string
}

const COLUMNS = "f.name, f.id, f.body, v.version, v.body AS version_body"
const JOINED = "lambda_functions f JOIN lambda_versions v ON v.function_id = f.id"

const joined = ({ account, region }: Scope, row: JoinedRow): FunctionVersion => ({
  function: { account, region, name: row.name, id: row.id, body: JSON.parse(row.body) as FunctionBody },
  version: Number(row.version),
  body: JSON.parse(row.version_body) as VersionBody,
})

export const ListFunctions = operation(ListFunctionsCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, context) {
    const { store, masterKey, account, region } = context
    const scope = { account, region }
    const isAll = input.FunctionVersion === "ALL"
    // Functions that are replicated from elsewhere are Lambda@Edge's, of which there are none here.
    const { MasterRegion = "ALL" } = input
    const isHere = MasterRegion === "ALL" || MasterRegion === region
    const { items, NextMarker } = await listPage(masterKey, `functions ${account} ${region} ${isAll}`, input, {
      load: async (after, limit) =>
        isHere
          ? store.read((tx) => (isAll ? listAll(tx, scope, after, limit) : listLatest(tx, scope, after, limit)))
          : [],
      keyOf: ({ function: { name }, version }) => (isAll ? `${name}:${version}` : name),
    })
    const Functions = await Promise.all(
      items.map((item) => listVersion(context, item, isAll ? versionName(item.version) : undefined)),
    )
    return { Functions, ...(NextMarker !== undefined && { NextMarker }) }
  },
})

async function listLatest(tx: Reading, scope: Scope, after: string, limit: number): Promise<FunctionVersion[]> {
  const rows = await tx.all<JoinedRow>(
    `SELECT ${COLUMNS} FROM ${JOINED} AND v.version = ${LATEST}
WHERE f.account = $1 AND f.region = $2 AND f.name > $3 ORDER BY f.name LIMIT $4`,
    scope.account,
    scope.region,
    after,
    limit,
  )
  return rows.map((row) => joined(scope, row))
}

/** The rest of the versions of the function that the page before ended in, and those of the functions after it. */
async function listAll(tx: Reading, scope: Scope, after: string, limit: number): Promise<FunctionVersion[]> {
  const [name = "", version = ""] = after.split(":")
  const all = (where: string, ...values: (string | number)[]) =>
    tx.all<JoinedRow>(
      `SELECT ${COLUMNS} FROM ${JOINED} WHERE f.account = $1 AND f.region = $2 AND ${where}`,
      scope.account,
      scope.region,
      ...values,
    )
  const rows =
    version === ""
      ? []
      : await all("f.name = $3 AND v.version > $4 ORDER BY v.version LIMIT $5", name, Number(version), limit)
  if (rows.length < limit)
    rows.push(...(await all("f.name > $3 ORDER BY f.name, v.version LIMIT $4", name, limit - rows.length)))
  return rows.map((row) => joined(scope, row))
}

export const ListVersionsByFunction = operation(ListVersionsByFunctionCommand, {
  access: onFunction,
  async handle(input, context) {
    const { store, masterKey } = context
    const { qualifier: _, ...name } = addressed(input, context)
    const record = await store.read((tx) => getFunction(tx, name))
    const { items, NextMarker } = await listPage(masterKey, `versions ${record.id}`, input, {
      load: (after, limit) =>
        store.read(async (tx) => {
          const rows = await tx.all<{ version: number; body: string }>(
            "SELECT version, body FROM lambda_versions WHERE function_id = $1 AND version > $2 ORDER BY version LIMIT $3",
            record.id,
            after === "" ? -1 : Number(after),
            limit,
          )
          return rows.map(
            (row): FunctionVersion => ({
              function: record,
              version: Number(row.version),
              body: JSON.parse(row.body) as VersionBody,
            }),
          )
        }),
      keyOf: ({ version }) => String(version),
    })
    const Versions = await Promise.all(items.map((item) => listVersion(context, item, versionName(item.version))))
    return { Versions, ...(NextMarker !== undefined && { NextMarker }) }
  },
})
