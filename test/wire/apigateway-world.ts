import assert from "node:assert/strict"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { startServer, type TestServer } from "../harness/server.ts"

export interface GatewayWorld extends AsyncDisposable {
  server: TestServer
  gateway: APIGateway
  /** A new API, with the root resource's id. */
  makeApi(name?: string): Promise<{ restApiId: string; rootId: string }>
  /** A resource below the root. */
  makeResource(api: { restApiId: string; rootId: string }, pathPart: string): Promise<string>
  /** A method that answers by itself. */
  makeMock(restApiId: string, resourceId: string, httpMethod: string): Promise<void>
  /** An API with `GET /pets` and a deployment of it. */
  makeDeployed(): Promise<{ restApiId: string; rootId: string; resourceId: string; deploymentId: string }>
}

export async function openGatewayWorld(flags: string[] = []): Promise<GatewayWorld> {
  const server = await startServer(flags)
  const gateway = new APIGateway(server.client)
  const world: GatewayWorld = {
    server,
    gateway,
    async makeApi(name = "pets") {
      const { id, rootResourceId } = await gateway.createRestApi({ name })
      return { restApiId: id!, rootId: rootResourceId! }
    },
    async makeResource({ restApiId, rootId }, pathPart) {
      const { id } = await gateway.createResource({ restApiId, parentId: rootId, pathPart })
      return id!
    },
    async makeMock(restApiId, resourceId, httpMethod) {
      const method = { restApiId, resourceId, httpMethod }
      await gateway.putMethod({ ...method, authorizationType: "NONE" })
      await gateway.putIntegration({ ...method, type: "MOCK" })
    },
    async makeDeployed() {
      const api = await world.makeApi()
      const resourceId = await world.makeResource(api, "pets")
      await world.makeMock(api.restApiId, resourceId, "GET")
      const { id } = await gateway.createDeployment({ restApiId: api.restApiId })
      return { ...api, resourceId, deploymentId: id! }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return world
}

/** What is read back, without what the SDK adds. */
export function bare<T extends object>({ $metadata: _, ...answer }: T & { $metadata?: unknown }): object {
  return answer
}

export async function refuses(
  call: Promise<unknown>,
  name: string,
  status: number,
  message: string | RegExp,
): Promise<void> {
  await assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name, error.message)
    if (typeof message === "string") assert.equal(error.message, message)
    else assert.match(error.message, message)
    assert.equal(error.$metadata?.httpStatusCode, status)
    return true
  })
}

export const bad = (call: Promise<unknown>, message: string | RegExp) =>
  refuses(call, "BadRequestException", 400, message)
export const missing = (call: Promise<unknown>, message: string | RegExp) =>
  refuses(call, "NotFoundException", 404, message)
export const conflicts = (call: Promise<unknown>, message: string | RegExp) =>
  refuses(call, "ConflictException", 409, message)
export const invalid = (call: Promise<unknown>, message: string | RegExp) =>
  refuses(call, "ValidationException", 400, message)
