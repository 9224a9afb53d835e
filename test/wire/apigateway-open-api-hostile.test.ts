import assert from "node:assert/strict"
import { test } from "node:test"
import { openGatewayWorld, refuses } from "./apigateway-world.ts"

const bytes = (document: object): Uint8Array => Buffer.from(JSON.stringify(document))

test("definitions that grow are one model, are refused, and keep nobody else waiting", async () => {
  await using world = await openGatewayWorld()
  const { gateway } = world
  const properties = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`p${i}`, { type: "string" }]))
  const requestBodies = { Large: { content: { "application/json": { schema: { type: "object", properties } } } } }
  const post = { requestBody: { $ref: "#/components/requestBodies/Large" } }
  const paths = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`/p${i}`, { post, put: post }]))
  const openapi = { openapi: "3.0.1", info: { title: "large" } }
  const { id: restApiId } = await gateway.importRestApi({
    body: bytes({ ...openapi, paths, components: { requestBodies } }),
  })
  const { items } = await gateway.getModels({ restApiId: restApiId! })
  assert.deepEqual(items!.map(({ name }) => name).sort(), ["Empty", "Error", "MODEL000001"])

  const many = Object.fromEntries(Array.from({ length: 301 }, (_, i) => [`/p${i}`, {}]))
  await refuses(
    gateway.importRestApi({ body: bytes({ ...openapi, paths: many }) }),
    "LimitExceededException",
    429,
    /resources/,
  )
  const produces = Array.from({ length: 101 }, (_, i) => `a/b${i}`)
  const get = { responses: { 200: { schema: { type: "object" } } } }
  const swagger = { swagger: "2.0", info: { title: "large" }, produces, paths: { "/": { get } } }
  await refuses(gateway.importRestApi({ body: bytes(swagger) }), "LimitExceededException", 429, /content types/)

  let isRead = false
  const hostile = Buffer.from(`openapi: '3.0.1'\nx: ${"[".repeat(200_000)}`)
  const reading = refuses(gateway.importRestApi({ body: hostile }), "BadRequestException", 400, /./).then(() => {
    isRead = true
  })
  await gateway.getRestApis({})
  assert.equal(isRead, false)
  await reading
})
