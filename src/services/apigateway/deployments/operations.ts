import {
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  type Deployment as Shown,
  UpdateDeploymentCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { badRequest, deploymentNotFound } from "../errors.ts"
import { listRecords } from "../paging.ts"
import { applyPatch, type Rule } from "../patch.ts"
import { replaceText } from "../patch-rules.ts"
import { embeds } from "../resources/show.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { isId } from "../rest-apis/record.ts"
import { stages } from "../stages/record.ts"
import { type Deployment, deployments, snapshots } from "./record.ts"
import { deployToStage } from "./stage.ts"
import { takeDeployment } from "./take.ts"

const DEPLOYMENTS = "/restapis/{restApiId}/deployments"
const DEPLOYMENT = `${DEPLOYMENTS}/{deploymentId}`

async function getDeployment(tx: Reading, restApiId: string, id: string): Promise<Deployment> {
  const found = isId(id) ? await deployments.read(tx, restApiId, id) : undefined
  if (!found) throw deploymentNotFound()
  return found
}

const show = (id: string, { description, createdAt }: Deployment): Shown => ({
  id,
  description,
  createdDate: new Date(createdAt),
})

export const CreateDeployment = operation(CreateDeploymentCommand, {
  access: on("POST", DEPLOYMENTS, ({ stageName }) => ({ "apigateway:Request/StageName": stageName || undefined })),
  async handle({ restApiId, ...input }, context) {
    const { store, clock, account, region } = context
    const now = clock.now()
    return store.transact(async (tx) => {
      const record = await getRestApi(tx, context, restApiId)
      const api = { restApiId, account, region, record }
      const deploymentId = await takeDeployment(tx, api, input.description, now)
      await deployToStage(tx, api, deploymentId, input, now)
      return show(deploymentId, { description: input.description, createdAt: now })
    })
  },
})

export const GetDeployment = operation(GetDeploymentCommand, {
  access: on("GET", DEPLOYMENT),
  handle: ({ restApiId, deploymentId, embed }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const deployment = show(deploymentId, await getDeployment(tx, restApiId, deploymentId))
      return embeds(embed, "apisummary")
        ? { ...deployment, apiSummary: await summaryOf(tx, restApiId, deploymentId) }
        : deployment
    }),
})

/** Of each method what it asks of its callers. */
async function summaryOf(tx: Reading, restApiId: string, deploymentId: string): Promise<Shown["apiSummary"]> {
  const { resources } = (await snapshots.read(tx, restApiId, deploymentId))!
  const withMethods = resources.filter(({ methods }) => Object.keys(methods).length > 0)
  return Object.fromEntries(
    withMethods.map(({ path, methods }) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([name, { authorizationType, apiKeyRequired }]) => [
          name,
          { authorizationType, apiKeyRequired },
        ]),
      ),
    ]),
  )
}

export const GetDeployments = operation(GetDeploymentsCommand, {
  access: on("GET", DEPLOYMENTS),
  handle: ({ restApiId, ...asked }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const { items, ...next } = await listRecords(tx, context.masterKey, deployments, restApiId, asked)
      return { items: items.map(({ id, record }) => show(id, record)), ...next }
    }),
})

/** API Reference, "Patch operations", UpdateDeployment. */
const RULES: readonly Rule<Deployment>[] = [replaceText("/description", "description")]

export const UpdateDeployment = operation(UpdateDeploymentCommand, {
  access: on("PATCH", DEPLOYMENT),
  async handle({ restApiId, deploymentId, patchOperations }, context) {
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getDeployment(tx, restApiId, deploymentId)
      const record = applyPatch<Deployment>(before, patchOperations, RULES, "listed")
      await deployments.put(tx, restApiId, deploymentId, record)
      return show(deploymentId, record)
    })
  },
})

export const DeleteDeployment = operation(DeleteDeploymentCommand, {
  access: on("DELETE", DEPLOYMENT),
  async handle({ restApiId, deploymentId: id }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await getDeployment(tx, restApiId, id)
      const all = await stages.all(tx, restApiId)
      if (all.some(({ record }) => record.deploymentId === id || record.canarySettings?.deploymentId === id))
        throw badRequest("Active stages pointing to this deployment must be moved or deleted")
      await deployments.remove(tx, restApiId, id)
      await snapshots.remove(tx, restApiId, id)
    })
    return {}
  },
})
