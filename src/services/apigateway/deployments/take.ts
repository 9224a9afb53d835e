import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { authorizers } from "../authorizers/record.ts"
import { badRequest } from "../errors.ts"
import { gatewayResponses } from "../gateway-responses/record.ts"
import { newShortId } from "../ids.ts"
import { models } from "../models/record.ts"
import { requestValidators } from "../request-validators/record.ts"
import { resources } from "../resources/record.ts"
import type { RestApi } from "../rest-apis/record.ts"
import type { Snapshot } from "../snapshot.ts"
import { deployments, snapshots } from "./record.ts"

interface Api extends Scope {
  restApiId: string
  record: RestApi
}

/** Makes a deployment of the API as it is now, and tells its id. */
export async function takeDeployment(
  tx: Writing,
  api: Api,
  description: string | undefined,
  now: number,
): Promise<string> {
  const { restApiId } = api
  const deploymentId = newShortId()
  const snapshot = await snapshotOf(tx, api, deploymentId, now)
  const methods = snapshot.resources.flatMap((resource) => Object.values(resource.methods))
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods")
  // Quoted by many who met it, as is the one before.
  if (methods.some(({ methodIntegration }) => !methodIntegration)) throw badRequest("No integration defined for method")
  await deployments.put(tx, restApiId, deploymentId, { description, createdAt: now })
  await snapshots.put(tx, restApiId, deploymentId, snapshot)
  return deploymentId
}

/** The API as it is now. */
export async function snapshotOf(
  tx: Reading,
  { restApiId, account, region, record }: Api,
  deploymentId: string,
  now: number,
): Promise<Snapshot> {
  const all = await resources.all(tx, restApiId)
  return {
    restApiId,
    deploymentId,
    account,
    region,
    createdAt: now,
    name: record.name,
    apiKeySource: record.apiKeySource,
    binaryMediaTypes: record.binaryMediaTypes ?? [],
    minimumCompressionSize: record.minimumCompressionSize,
    endpointTypes: record.endpointTypes,
    disableExecuteApiEndpoint: record.disableExecuteApiEndpoint,
    policy: record.policy,
    resources: all.map(({ id, record: { path, methods } }) => ({ id, path, methods })),
    models: byId(await models.all(tx, restApiId)),
    requestValidators: byId(await requestValidators.all(tx, restApiId)),
    authorizers: byId(await authorizers.all(tx, restApiId)),
    gatewayResponses: byId(await gatewayResponses.all(tx, restApiId)),
  }
}

const byId = <T>(stored: readonly { id: string; record: T }[]): Record<string, T> =>
  Object.fromEntries(stored.map(({ id, record }) => [id, record]))
