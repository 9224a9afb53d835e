import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { missing } from "./apigateway-world.ts"
import { createUserPool } from "./cognito-identity-world.ts"
import { type ExecuteWorld, openExecuteWorld } from "./execute-api-world.ts"

let world: ExecuteWorld
before(async () => {
  world = await openExecuteWorld(FUNCTION_FLAGS)
})
after(() => world[Symbol.asyncDispose]())

const resourceOf = async (restApiId: string, path: string): Promise<string> => {
  const { items = [] } = await world.gateway.getResources({ restApiId, limit: 500 })
  return items.find((item) => item.path === path)!.id!
}

describe("a call of what is being edited", () => {
  it("asks nobody, and tells each step", async () => {
    const restApiId = await world.create()
    const uri = await world.makeFunction(
      "echo",
      "export const handler = async (event) => ({ headers: { 'x-own': '1' }, body: JSON.stringify(event) })\n",
    )
    await world.addMethods(restApiId, [
      {
        path: "/pets/{petId}",
        httpMethod: "POST",
        method: { authorizationType: "AWS_IAM", apiKeyRequired: true },
        integration: { type: "AWS_PROXY", uri, integrationHttpMethod: "POST" },
      },
    ])
    const method = { restApiId, resourceId: await resourceOf(restApiId, "/pets/{petId}"), httpMethod: "POST" }
    const answer = await world.gateway.testInvokeMethod({
      ...method,
      pathWithQueryString: "/pets/7?q=1",
      headers: { "X-One": "1" },
      body: '{"a":1}',
      stageVariables: { colour: "blue" },
    })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers!["x-own"], "1")
    assert.deepEqual(answer.multiValueHeaders!["x-own"], ["1"])
    assert.equal(typeof answer.latency, "number")
    const event = JSON.parse(answer.body!)
    assert.deepEqual(event.pathParameters, { petId: "7" })
    assert.deepEqual(event.stageVariables, { colour: "blue" })
    assert.equal(event.requestContext.stage, "test-invoke-stage")
    const lines = answer.log!.split("\n").map((line) => line.replace(/^\w{3} \w{3} \d\d [\d:]{8} UTC \d{4} : /, ""))
    const { requestId } = answer.$metadata
    for (const line of [
      `Execution log for request ${requestId}`,
      `Starting execution for request: ${requestId}`,
      "HTTP Method: POST, Resource Path: /pets/7",
      "Method request path: {petId=7}",
      "Method request query string: {q=1}",
      "Method request headers: {X-One=1}",
      'Method request body before transformations: {"a":1}',
      `Method response body after transformations: ${answer.body}`,
      "Successfully completed execution",
      "Method completed with status: 200",
    ])
      assert.ok(lines.includes(line), `${line} in ${answer.log}`)
    await missing(world.gateway.testInvokeMethod({ ...method, httpMethod: "GET" }), /Invalid Method identifier/)
    await missing(world.gateway.testInvokeMethod({ ...method, resourceId: "abcdef" }), /Invalid Resource identifier/)
    await missing(world.gateway.testInvokeMethod({ ...method, restApiId: "abcdefghij" }), /Invalid API identifier/)
  })

  it("tells why it fails", async () => {
    const restApiId = await world.create()
    await world.addMethods(restApiId, [
      { path: "/x", integration: { type: "HTTP_PROXY", integrationHttpMethod: "GET", uri: "http://127.0.0.1:9999" } },
    ])
    const method = { restApiId, resourceId: await resourceOf(restApiId, "/x"), httpMethod: "GET" }
    const answer = await world.gateway.testInvokeMethod(method)
    assert.equal(answer.status, 500)
    assert.equal(answer.headers!["x-amzn-ErrorType"], "InternalServerErrorException")
    assert.equal(answer.body, '{"message":"Internal server error"}')
    assert.match(answer.log!, /Execution failed due to configuration error: .*--integration-target/)
    assert.match(answer.log!, /Method completed with status: 500/)
  })

  it("may be of an authorizer", async () => {
    const restApiId = await world.create()
    const people = await createUserPool(world.server)
    await people.signUp("alice")
    const { account } = world.server
    const { id: poolGuard } = await world.gateway.createAuthorizer({
      restApiId,
      name: "people",
      type: "COGNITO_USER_POOLS",
      providerARNs: [`arn:aws:cognito-idp:us-east-1:${account}:userpool/${people.userPoolId}`],
      identitySource: "method.request.header.Authorization",
    })
    const Authorization = await people.signIn("alice")
    const good = await world.gateway.testInvokeAuthorizer({
      restApiId,
      authorizerId: poolGuard!,
      headers: { Authorization },
    })
    assert.equal(good.clientStatus, 0)
    assert.equal(good.claims!["cognito:username"], "alice")
    const bad = await world.gateway.testInvokeAuthorizer({
      restApiId,
      authorizerId: poolGuard!,
      headers: { Authorization: "x" },
    })
    assert.equal(bad.clientStatus, 401)
    assert.equal(bad.claims, undefined)
    const authorizerUri = await world.makeFunction(
      "guard",
      `export const handler = async ({ authorizationToken, methodArn }) => {
        if (authorizationToken !== "allow") throw new Error("Unauthorized")
        const Statement = [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }]
        return { principalId: "p", policyDocument: { Version: "2012-10-17", Statement } }
      }`,
    )
    const { id: guard } = await world.gateway.createAuthorizer({
      restApiId,
      name: "guard",
      type: "TOKEN",
      authorizerUri,
      identitySource: "method.request.header.X-Token",
    })
    const ask = (token: string) =>
      world.gateway.testInvokeAuthorizer({ restApiId, authorizerId: guard!, headers: { "X-Token": token } })
    const allowed = await ask("allow")
    assert.deepEqual([allowed.clientStatus, allowed.principalId], [0, "p"])
    assert.equal(JSON.parse(allowed.policy!).Statement[0].Effect, "Allow")
    assert.equal((await ask("else")).clientStatus, 401)
    await missing(
      world.gateway.testInvokeAuthorizer({ restApiId, authorizerId: "abcdef" }),
      /Invalid Authorizer identifier/,
    )
  })
})
