import type { Architecture, Runtime } from "@aws-sdk/client-lambda"
import type { Reading, Writing } from "../../../store/store.ts"
import type { StoredCode } from "../functions/record.ts"
import type { LayerName } from "./name.ts"

/** Who else may use a version of a layer. */
export interface LayerPolicy {
  statements: LayerStatement[]
  /** A UUID, another after each change. */
  revisionId: string
}

export interface LayerStatement {
  Sid: string
  Effect: "Allow"
  Principal: "*" | { AWS: string }
  Action: string
  Resource: string
  Condition?: { StringEquals: { "aws:PrincipalOrgID": string } }
}

export interface LayerVersionBody {
  description: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Absent where they were not sent. */
  runtimes?: Runtime[]
  architectures?: Architecture[]
  licenseInfo?: string
  code: StoredCode
  /** Absent where it has no statements. */
  policy?: LayerPolicy
}

export interface LayerVersion {
  layer: LayerName
  version: number
  body: LayerVersionBody
}

interface VersionRow {
  version: number
  body: string
}

const versionOf = (layer: LayerName, { version, body }: VersionRow): LayerVersion => ({
  layer,
  version: Number(version),
  body: JSON.parse(body) as LayerVersionBody,
})

/** ARNs in requests may hold anything, and not every engine takes any text. */
const isPossible = ({ account, region, name }: LayerName): boolean =>
  /^\d{12}$/.test(account) && /^[a-z0-9-]{1,64}$/.test(region) && /^[a-zA-Z0-9-_]{1,140}$/.test(name)

export async function readLayerVersion(
  tx: Reading,
  layer: LayerName,
  version: number,
): Promise<LayerVersion | undefined> {
  if (!isPossible(layer) || !Number.isSafeInteger(version)) return undefined
  const row = await tx.get<VersionRow>(
    "SELECT version, body FROM lambda_layer_versions WHERE account = $1 AND region = $2 AND name = $3 AND version = $4",
    layer.account,
    layer.region,
    layer.name,
    version,
  )
  return row && versionOf(layer, row)
}

/** Newest first, from before a number. */
export async function listLayerVersions(
  tx: Reading,
  layer: LayerName,
  before: number,
  limit: number,
): Promise<LayerVersion[]> {
  const rows = await tx.all<VersionRow>(
    `SELECT version, body FROM lambda_layer_versions
WHERE account = $1 AND region = $2 AND name = $3 AND version < $4 ORDER BY version DESC LIMIT $5`,
    layer.account,
    layer.region,
    layer.name,
    before,
    limit,
  )
  return rows.map((row) => versionOf(layer, row))
}

/** Names of layers that have versions. */
export async function listLayerNames(
  tx: Reading,
  { account, region }: Omit<LayerName, "name">,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx.all<{ name: string }>(
    `SELECT name FROM lambda_layers WHERE account = $1 AND region = $2 AND listed = 1 AND name > $3
ORDER BY name LIMIT $4`,
    account,
    region,
    after,
    limit,
  )
  return rows.map(({ name }) => name)
}

/** Stores a body as the next version of a layer, which is made where it is not there. */
export async function addLayerVersion(tx: Writing, layer: LayerName, body: LayerVersionBody): Promise<LayerVersion> {
  const { account, region, name } = layer
  const row = await tx.get<{ next_version: number }>(
    "SELECT next_version FROM lambda_layers WHERE account = $1 AND region = $2 AND name = $3",
    account,
    region,
    name,
  )
  const version = row ? Number(row.next_version) : 1
  await tx.run(
    `INSERT INTO lambda_layers (account, region, name, next_version, listed) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (account, region, name) DO UPDATE SET next_version = excluded.next_version, listed = 1`,
    account,
    region,
    name,
    version + 1,
  )
  await tx.run(
    "INSERT INTO lambda_layer_versions (account, region, name, version, body) VALUES ($1, $2, $3, $4, $5)",
    account,
    region,
    name,
    version,
    JSON.stringify(body),
  )
  return { layer, version, body }
}

export async function updateLayerVersion(tx: Writing, { layer, version, body }: LayerVersion): Promise<void> {
  await tx.run(
    `UPDATE lambda_layer_versions SET body = $5
WHERE account = $1 AND region = $2 AND name = $3 AND version = $4`,
    layer.account,
    layer.region,
    layer.name,
    version,
    JSON.stringify(body),
  )
}

export async function removeLayerVersion(tx: Writing, { layer, version }: LayerVersion): Promise<void> {
  const { account, region, name } = layer
  await tx.run(
    "DELETE FROM lambda_layer_versions WHERE account = $1 AND region = $2 AND name = $3 AND version = $4",
    account,
    region,
    name,
    version,
  )
  const [left] = await listLayerVersions(tx, layer, Number.MAX_SAFE_INTEGER, 1)
  if (left) return
  await tx.run(
    "UPDATE lambda_layers SET listed = 0 WHERE account = $1 AND region = $2 AND name = $3",
    account,
    region,
    name,
  )
}
