import {
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  UpdateDeploymentCommand,
} from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { belowApi, on } from "../access.ts"
import { getApi } from "../apis/record.ts"
import { badRequest, partNotFound } from "../errors.ts"
import { page } from "../paging.ts"
import { stages } from "../stages/record.ts"
import { deploy, deployedTo } from "./deploy.ts"
import { type Deployment, listDeployments, readDeployment, removeDeployment, updateDeployment } from "./record.ts"

const deploymentPath = belowApi<{ ApiId: string; DeploymentId: string }>(
  "deployments",
  ({ DeploymentId }) => DeploymentId,
)

const show = ({ id, body }: Deployment) => ({
  AutoDeployed: body.autoDeployed,
  CreatedDate: new Date(body.createdAt),
  DeploymentId: id,
  DeploymentStatus: "DEPLOYED" as const,
  ...(body.description !== undefined && { Description: body.description }),
})

async function getDeployment(tx: Reading, apiId: string, id: string): Promise<Deployment> {
  const deployment = await readDeployment(tx, apiId, id)
  if (!deployment) throw partNotFound("Deployment")
  return deployment
}

export const CreateDeployment = operation(CreateDeploymentCommand, {
  access: on("POST", belowApi("deployments")),
  async handle({ ApiId, Description, StageName }, context) {
    const now = context.clock.now()
    return context.store.transact(async (tx) => {
      const api = await getApi(tx, ApiId, context)
      const stage = StageName === undefined ? undefined : await stages.read(tx, api.apiId, StageName)
      // UNVERIFIED: the texts; a stage is not made by it, as one of a REST API is.
      if (StageName !== undefined && !stage) throw partNotFound("stage")
      if (stage?.AutoDeploy) throw badRequest("A stage with automatic deployments cannot be deployed to.")
      const id = await deploy(tx, api, { autoDeployed: false, now, description: Description })
      if (stage) await stages.put(tx, api.apiId, stage.StageName, deployedTo(stage, id, now))
      return show(await getDeployment(tx, api.apiId, id))
    })
  },
})

export const GetDeployment = operation(GetDeploymentCommand, {
  access: on("GET", deploymentPath),
  handle: ({ ApiId, DeploymentId }, context) =>
    context.store.read(async (tx) => {
      await getApi(tx, ApiId, context)
      return show(await getDeployment(tx, ApiId, DeploymentId))
    }),
})

export const GetDeployments = operation(GetDeploymentsCommand, {
  access: on("GET", belowApi("deployments")),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const { Items, ...next } = await page(context, `deployments ${apiId}`, input, {
        load: (after, limit) => listDeployments(tx, apiId, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(show), ...next }
    }),
})

export const UpdateDeployment = operation(UpdateDeploymentCommand, {
  access: on("PATCH", deploymentPath),
  handle: ({ ApiId, DeploymentId, Description }, context) =>
    context.store.transact(async (tx) => {
      await getApi(tx, ApiId, context)
      const { body, ...found } = await getDeployment(tx, ApiId, DeploymentId)
      const changed = { ...found, body: Description === undefined ? body : { ...body, description: Description } }
      await updateDeployment(tx, ApiId, changed)
      return show(changed)
    }),
})

export const DeleteDeployment = operation(DeleteDeploymentCommand, {
  access: on("DELETE", deploymentPath),
  async handle({ ApiId, DeploymentId }, context) {
    await context.store.transact(async (tx) => {
      await getApi(tx, ApiId, context)
      await getDeployment(tx, ApiId, DeploymentId)
      // Recorded of REST APIs (07-09-2023).
      if ((await stages.all(tx, ApiId)).some(({ body }) => body.DeploymentId === DeploymentId))
        throw badRequest("Active stages pointing to this deployment must be moved or deleted")
      await removeDeployment(tx, ApiId, DeploymentId)
    })
    return {}
  },
})
