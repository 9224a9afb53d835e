import assert from "node:assert/strict"
import { test } from "node:test"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { openExecuteWorld } from "./execute-api-world.ts"

/** As `AWS::Serverless::Api` is transformed with `Cors` and a Cognito authorizer as the default (SAM's translator). */
test("a definition that SAM generates is imported, and answers", async () => {
  await using world = await openExecuteWorld(FUNCTION_FLAGS)
  const { gateway, server } = world
  const uri = await world.makeFunction(
    "hello",
    "export const handler = async () => ({ statusCode: 200, body: 'hi' })\n",
  )
  const { UserPool } = await new CognitoIdentityProvider(server.client).createUserPool({ PoolName: "people" })
  const header = (name: string) => `method.response.header.Access-Control-Allow-${name}`
  const integration = { httpMethod: "POST", type: "aws_proxy", uri }
  const options = {
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: "200",
          responseTemplates: { "application/json": "{}\n" },
          responseParameters: { [header("Origin")]: "'*'", [header("Methods")]: "'GET,OPTIONS'" },
        },
      },
    },
    summary: "CORS support",
    responses: {
      "200": {
        headers: {
          "Access-Control-Allow-Origin": { type: "string" },
          "Access-Control-Allow-Methods": { type: "string" },
        },
        description: "Default response for CORS method",
      },
    },
    consumes: ["application/json"],
    produces: ["application/json"],
  }
  const authorizer = { type: "cognito_user_pools", providerARNs: [UserPool!.Arn!] }
  const apiKey = { in: "header", type: "apiKey", name: "Authorization" }
  const definition = {
    swagger: "2.0",
    info: { version: "1.0", title: "sam-app" },
    paths: {
      "/hello": {
        get: { "x-amazon-apigateway-integration": integration, security: [{ People: [] }], responses: {} },
        options,
      },
      "/open/{proxy+}": {
        "x-amazon-apigateway-any-method": {
          "x-amazon-apigateway-integration": integration,
          security: [{ NONE: [] }],
          responses: {},
        },
      },
      "/signed": {
        get: { "x-amazon-apigateway-integration": integration, security: [{ AWS_IAM: [] }], responses: {} },
      },
    },
    securityDefinitions: {
      People: {
        ...apiKey,
        "x-amazon-apigateway-authorizer": authorizer,
        "x-amazon-apigateway-authtype": "cognito_user_pools",
      },
      AWS_IAM: { ...apiKey, "x-amazon-apigateway-authtype": "awsSigv4" },
    },
  }
  const made = await gateway.importRestApi({ body: Buffer.from(JSON.stringify(definition)) })
  const api = await world.deploy(made.id!)
  const preflight = await world.ask(api, "hello", { method: "OPTIONS" })
  assert.equal(preflight.status, 200)
  assert.equal(preflight.headers["access-control-allow-origin"], "*")
  assert.equal((await world.ask(api, "hello")).status, 401)
  assert.equal((await world.ask(api, "signed")).status, 403)
  const open = await world.ask(api, "open/a/b")
  assert.deepEqual([open.status, open.body], [200, "hi"])
  const signed = await world.ask(api, "signed", { signedBy: server.client.credentials })
  assert.deepEqual([signed.status, signed.body], [200, "hi"])
})
