import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi"
import { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2"
import { askControl } from "../harness/control.ts"
import { eventually } from "../harness/eventually.ts"
import { type PostgresServer, startPostgres } from "../harness/postgres.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"
import { type Client, connect } from "./web-socket-world.ts"

const postgres = await startPostgres()
const skip = typeof postgres === "string" ? postgres : false

describe("connections of several nodes", { skip }, () => {
  let here: ServerProcess
  let there: ServerProcess
  let path: string
  let databaseUrl: string
  before(async () => {
    databaseUrl = await (postgres as PostgresServer).createDatabase()
    here = await startServerProcess(["--database-url", databaseUrl, "--clock-control"])
    there = await startServerProcess(["--database-url", databaseUrl])
    const gateway = new ApiGatewayV2({ ...here.client, maxAttempts: 1 })
    const { ApiId } = await gateway.createApi({
      Name: "chat",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    })
    const { IntegrationId } = await gateway.createIntegration({
      ApiId,
      IntegrationType: "MOCK",
      TemplateSelectionExpression: "\\$default",
      RequestTemplates: { $default: '{"statusCode":200}' },
    })
    await gateway.createIntegrationResponse({
      ApiId,
      IntegrationId,
      IntegrationResponseKey: "$default",
      TemplateSelectionExpression: "\\$default",
      ResponseTemplates: { $default: '{"id":"$context.connectionId"}' },
    })
    const { RouteId } = await gateway.createRoute({
      ApiId,
      RouteKey: "$default",
      Target: `integrations/${IntegrationId}`,
      RouteResponseSelectionExpression: "$default",
    })
    await gateway.createRouteResponse({ ApiId, RouteId, RouteResponseKey: "$default" })
    await gateway.createStage({ ApiId, StageName: "prod", AutoDeploy: true })
    path = `/_execute-api/${here.client.region}/${ApiId}/prod`
  })
  after(async () => {
    await here?.kill()
    await there?.kill()
    if (typeof postgres !== "string") await postgres.stop()
  })

  const managementOf = ({ client, url }: ServerProcess) =>
    new ApiGatewayManagementApi({ ...client, endpoint: `${url}${path}`, maxAttempts: 1 })

  async function open({ url }: ServerProcess): Promise<{ client: Client; ConnectionId: string }> {
    // What was just made is known there a little later.
    const client = await eventually(() => connect(`${url.replace("http", "ws")}${path}`).catch(() => undefined))
    client.send("who")
    const { id } = (await client.next()) as { id: string }
    return { client, ConnectionId: id }
  }
  const goneFrom = (node: ServerProcess, ConnectionId: string) =>
    assert.rejects(managementOf(node).postToConnection({ ConnectionId, Data: "x" }), { name: "GoneException" })

  it("are sent to, told of and ended by any of them", async () => {
    const { client, ConnectionId } = await open(there)
    const management = managementOf(here)
    for (const Data of ["one", "two", "three"]) await management.postToConnection({ ConnectionId, Data })
    for (const message of ["one", "two", "three"]) assert.equal(await client.next(), message)
    const { ConnectedAt, Identity } = await management.getConnection({ ConnectionId })
    assert.ok(ConnectedAt)
    assert.equal(Identity?.SourceIp, "127.0.0.1")
    await management.deleteConnection({ ConnectionId })
    await goneFrom(here, ConnectionId)
    assert.deepEqual(await client.closed, [1000, "Connection Closed Normally"])
    await goneFrom(there, ConnectionId)
  })

  it("are gone everywhere once their clients have gone", async () => {
    const { client, ConnectionId } = await open(there)
    client.socket.close()
    await client.closed
    await eventually(() =>
      managementOf(here)
        .getConnection({ ConnectionId })
        .then(
          () => false,
          (error) => error.name === "GoneException",
        ),
    )
  })

  it("are told that their node goes away", async () => {
    const { client, ConnectionId } = await open(there)
    await there.stop()
    assert.equal((await client.closed)[0], 1001)
    await goneFrom(here, ConnectionId)
  })

  it("are gone with a node that has died, once its lease is over", async () => {
    const third = await startServerProcess(["--database-url", databaseUrl])
    const { client, ConnectionId } = await open(third)
    await third.kill()
    await client.closed
    const { now } = await askControl(here, "GET", "clock")
    await askControl(here, "POST", "clock", { now: new Date(Date.parse(now) + 31_000).toISOString() })
    await goneFrom(here, ConnectionId)
    await assert.rejects(managementOf(here).getConnection({ ConnectionId }), { name: "GoneException" })
  })
})
