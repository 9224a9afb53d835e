import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { Snapshot } from "../snapshot.ts"

export interface DeploymentBody {
  autoDeployed: boolean
  /** Milliseconds since the epoch. */
  createdAt: number
  description?: string
}

export interface Deployment {
  id: string
  body: DeploymentBody
}

const CACHE = "apigatewayv2.deployment"

interface Row {
  deployment_id: string
  body: string
}

const parse = ({ deployment_id, body }: Row): Deployment => ({
  id: deployment_id,
  body: JSON.parse(body) as DeploymentBody,
})

function load(tx: Reading, key: string): Promise<Snapshot | undefined> {
  const [apiId = "", id = ""] = key.split("/")
  return readSnapshot(tx, apiId, id)
}

export async function readSnapshot(tx: Reading, apiId: string, id: string): Promise<Snapshot | undefined> {
  const row = await tx.get<{ snapshot: string }>(
    "SELECT snapshot FROM apigw2_deployments WHERE api_id = $1 AND deployment_id = $2",
    apiId,
    id,
  )
  return row && (JSON.parse(row.snapshot) as Snapshot)
}

/** At once where it is in memory. It never changes, so that whoever compiles it may keep what came of it beside it. */
export const findSnapshot = (
  store: Store,
  apiId: string,
  deploymentId: string,
): Snapshot | undefined | Promise<Snapshot | undefined> => store.cache(CACHE, load).find(`${apiId}/${deploymentId}`)

export async function readDeployment(tx: Reading, apiId: string, id: string): Promise<Deployment | undefined> {
  const row = await tx.get<Row>(
    "SELECT deployment_id, body FROM apigw2_deployments WHERE api_id = $1 AND deployment_id = $2",
    apiId,
    id,
  )
  return row && parse(row)
}

export async function listDeployments(tx: Reading, apiId: string, after: string, limit: number): Promise<Deployment[]> {
  const rows = await tx.all<Row>(
    `SELECT deployment_id, body FROM apigw2_deployments
     WHERE api_id = $1 AND deployment_id > $2 ORDER BY deployment_id LIMIT $3`,
    apiId,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function insertDeployment(
  tx: Writing,
  apiId: string,
  { id, body }: Deployment,
  snapshot: Snapshot,
): Promise<void> {
  await tx.run(
    "INSERT INTO apigw2_deployments (api_id, deployment_id, body, snapshot) VALUES ($1, $2, $3, $4)",
    apiId,
    id,
    JSON.stringify(body),
    JSON.stringify(snapshot),
  )
  await tx.changed(CACHE, `${apiId}/${id}`)
}

export async function updateDeployment(tx: Writing, apiId: string, { id, body }: Deployment): Promise<void> {
  await tx.run(
    "UPDATE apigw2_deployments SET body = $3 WHERE api_id = $1 AND deployment_id = $2",
    apiId,
    id,
    JSON.stringify(body),
  )
}

/** Caches keep it: a call that has found its stage just before is still answered by it. */
export async function removeDeployment(tx: Writing, apiId: string, id: string): Promise<void> {
  await tx.run("DELETE FROM apigw2_deployments WHERE api_id = $1 AND deployment_id = $2", apiId, id)
}
