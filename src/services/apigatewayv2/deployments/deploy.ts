import type {
  Authorizer,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  RouteResponse,
} from "@aws-sdk/client-apigatewayv2"
import type { Reading, Writing } from "../../../store/store.ts"
import type { Api } from "../apis/record.ts"
import { badRequest } from "../errors.ts"
import { newShortId } from "../ids.ts"
import { type Part, readEverything } from "../parts.ts"
import type { Snapshot } from "../snapshot.ts"
import { type StageBody, stages } from "../stages/record.ts"
import { insertDeployment, readDeployment, removeDeployment } from "./record.ts"

/** Quoted by clients, as is what is said of a stage that was deployed. */
const NO_ROUTES = "Unable to deploy API because no routes exist in this API"
const AUTOMATIC = "Automatic deployment triggered by changes to the Api configuration"

/** The API as it is now. */
export async function takeSnapshot(tx: Reading, { apiId, body }: Api): Promise<Snapshot> {
  const everything = await readEverything(tx, apiId)
  const of = <T>(kind: string) => (everything.get(kind) ?? []) as Part<T>[]
  const below = <T>(kind: string, owner: string): { responses?: T[] } => {
    const found = of<T>(kind).filter(({ id }) => id.startsWith(`${owner}/`))
    return found.length > 0 ? { responses: found.map((one) => one.body) } : {}
  }
  return {
    protocol: body.ProtocolType,
    routeSelectionExpression: body.RouteSelectionExpression,
    apiKeySelectionExpression: body.ApiKeySelectionExpression,
    isDefaultEndpointDisabled: body.DisableExecuteApiEndpoint,
    ...(body.CorsConfiguration && { cors: body.CorsConfiguration }),
    routes: of<Route>("route").map(({ id, body: route }) => ({
      ...route,
      RouteKey: route.RouteKey!,
      RouteId: id,
      ...below<RouteResponse>("route-response", id),
    })),
    integrations: Object.fromEntries(
      of<Integration>("integration").map(({ id, body: integration }) => [
        id,
        { ...integration, IntegrationId: id, ...below<IntegrationResponse>("integration-response", id) },
      ]),
    ),
    authorizers: Object.fromEntries(
      of<Authorizer>("authorizer").map(({ id, body: authorizer }) => [id, { ...authorizer, AuthorizerId: id }]),
    ),
    models: Object.fromEntries(
      of<Model>("model").map(({ id, body: model }) => [model.Name, { ...model, ModelId: id }]),
    ),
  }
}

export interface Deploying {
  autoDeployed: boolean
  now: number
  description?: string | undefined
}

/** Makes a deployment, and gives its id. Throws where there is nothing to deploy. */
export async function deploy(tx: Writing, api: Api, { autoDeployed, now, description }: Deploying): Promise<string> {
  const snapshot = await takeSnapshot(tx, api)
  if (snapshot.routes.length === 0) throw badRequest(NO_ROUTES)
  const id = newShortId()
  const body = { autoDeployed, createdAt: now, ...(description && { description }) }
  await insertDeployment(tx, api.apiId, { id, body }, snapshot)
  return id
}

/** Has a stage served by another deployment from now on. */
export function deployedTo(stage: StageBody, deploymentId: string, now: number): StageBody {
  return {
    ...stage,
    DeploymentId: deploymentId,
    LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${deploymentId}'`,
    updatedAt: now,
  }
}

/** Deploys to the stages that want every change, which share the deployment; or to one of them alone. */
export async function deployAutomatically(tx: Writing, api: Api, now: number, stageName?: string): Promise<void> {
  const { apiId } = api
  const all = await stages.all(tx, apiId)
  const automatic = all.filter(({ id, body }) => body.AutoDeploy && (stageName === undefined || id === stageName))
  if (automatic.length === 0) return
  const failed = async (message: string) => {
    for (const { id, body } of automatic)
      await stages.put(tx, apiId, id, { ...body, LastDeploymentStatusMessage: `Deployment attempt failed: ${message}` })
  }
  const snapshot = await takeSnapshot(tx, api)
  if (snapshot.routes.length === 0) return failed(NO_ROUTES)
  const id = newShortId()
  await insertDeployment(
    tx,
    apiId,
    { id, body: { autoDeployed: true, createdAt: now, description: AUTOMATIC } },
    snapshot,
  )
  for (const { id: name, body } of automatic) await stages.put(tx, apiId, name, deployedTo(body, id, now))
  const inUse = new Set(all.filter((one) => !automatic.includes(one)).map(({ body }) => body.DeploymentId))
  await dropAutomatic(
    tx,
    apiId,
    automatic.flatMap(({ body }) => body.DeploymentId ?? []),
    inUse,
  )
}

/** What was deployed automatically goes when nothing is served by it any more. UNVERIFIED that AWS keeps none of them. */
async function dropAutomatic(
  tx: Writing,
  apiId: string,
  ids: readonly string[],
  inUse: ReadonlySet<string | undefined>,
): Promise<void> {
  for (const id of new Set(ids)) {
    if (inUse.has(id)) continue
    if ((await readDeployment(tx, apiId, id))?.body.autoDeployed) await removeDeployment(tx, apiId, id)
  }
}
