import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { APIGateway, CreateAuthorizerRequest, GatewayResponseType, Op } from "@aws-sdk/client-api-gateway"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import {
  bad,
  bare,
  conflicts,
  type GatewayWorld,
  invalid,
  missing,
  openGatewayWorld,
  refuses,
} from "./apigateway-world.ts"

let world: GatewayWorld
let gateway: APIGateway
let restApiId: string
let rootId: string
before(async () => {
  world = await openGatewayWorld()
  gateway = world.gateway
  ;({ restApiId, rootId } = await world.makeApi())
})
after(() => world[Symbol.asyncDispose]())

const operations = (...all: [op: string, path: string | undefined, value?: string][]) =>
  all.map(([op, path, value]) => ({ op: op as Op, path, value }))
const unknownApi = (id: string) => `Invalid API identifier specified ${world.server.account}:${id}`

describe("models", () => {
  const PET = JSON.stringify({ type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } })
  const contentType = "application/json"

  it("are made, changed and deleted", async () => {
    const made = await gateway.createModel({ restApiId, name: "Pet", contentType, schema: PET, description: "a pet" })
    assert.equal(made.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(made), { id: made.id, name: "Pet", description: "a pet", schema: PET, contentType })
    assert.match(made.id!, /^[a-z0-9]{6}$/)
    assert.deepEqual(bare(await gateway.getModel({ restApiId, modelName: "Pet" })), bare(made))
    await conflicts(
      gateway.createModel({ restApiId, name: "Pet", contentType }),
      "Model name already exists for this REST API",
    )
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateModel({ restApiId, modelName: "Pet", patchOperations: operations(...all) })
    const changed = await update(["replace", "/schema", '{"type":"string"}'], ["replace", "/description", "text"])
    assert.equal(changed.schema, '{"type":"string"}')
    await bad(
      update(["add", "/wrong-path", "x"]),
      "Invalid patch path  '/wrong-path' specified for op 'add'. Please choose supported operations",
    )
    await bad(
      update(["replace", "/name", "x"]),
      "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]",
    )
    await bad(update(["replace", "/schema", ""]), "Model schema must have at least 1 property or array items defined")
    assert.equal((await gateway.deleteModel({ restApiId, modelName: "Pet" })).$metadata.httpStatusCode, 202)
    await missing(gateway.getModel({ restApiId, modelName: "Pet" }), "Invalid model name specified: Pet")
    await missing(gateway.deleteModel({ restApiId, modelName: "Pet" }), "Invalid model name specified: Pet")
    await missing(update(["replace", "/description", "x"]), "Invalid model name specified: Pet")
  })

  it("are refused where they are none", async () => {
    const create = (input: object) => gateway.createModel({ restApiId, name: "Wrong", contentType, ...input })
    await missing(create({ restApiId: "abcde0" }), unknownApi("abcde0"))
    await bad(create({ name: "" }), "Model name must be non-empty")
    await bad(create({ name: "a-b" }), /alphanumeric/)
    await bad(create({ schema: "{}" }), "Model schema must have at least 1 property or array items defined")
    await bad(create({ schema: "{" }), /Invalid model schema specified/)
    const reference = `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Nothing`
    await bad(create({ schema: JSON.stringify({ $ref: reference }) }), new RegExp(`reference specified: ${reference}`))
  })

  it("name each other, and are told together where that is asked for", async () => {
    await gateway.createModel({ restApiId, name: "Animal", contentType, schema: PET })
    const $ref = `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Animal`
    await gateway.createModel({
      restApiId,
      name: "Zoo",
      contentType,
      schema: JSON.stringify({ type: "array", items: { $ref } }),
    })
    const { schema } = await gateway.getModel({ restApiId, modelName: "Zoo", flatten: true })
    assert.deepEqual(JSON.parse(schema!), {
      type: "array",
      items: { $ref: "#/definitions/Animal" },
      definitions: { Animal: JSON.parse(PET) },
    })
    await conflicts(
      gateway.deleteModel({ restApiId, modelName: "Animal" }),
      /^Cannot delete model 'Animal', is referenced in/,
    )
    const { value } = await gateway.getModelTemplate({ restApiId, modelName: "Animal" })
    assert.equal(value, '#set($inputRoot = $input.path(\'$\'))\n{\n  "id" : 42,\n  "name" : "foo"\n}')
  })

  it("stay as long as a method has them", async () => {
    await gateway.createModel({ restApiId, name: "Used", contentType, schema: PET })
    const method = { restApiId, resourceId: rootId, httpMethod: "ANY" }
    await gateway.putMethod({ ...method, authorizationType: "NONE", requestModels: { [contentType]: "Used" } })
    await conflicts(
      gateway.deleteModel({ restApiId, modelName: "Used" }),
      "Cannot delete model 'Used', is referenced in method request: //ANY",
    )
    await gateway.deleteMethod(method)
    await gateway.deleteModel({ restApiId, modelName: "Used" })
  })
})

describe("request validators", () => {
  it("are made, changed and deleted", async () => {
    const made = await gateway.createRequestValidator({ restApiId, name: "body", validateRequestBody: true })
    assert.equal(made.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(made), {
      id: made.id,
      name: "body",
      validateRequestBody: true,
      validateRequestParameters: false,
    })
    const requestValidatorId = made.id!
    assert.deepEqual(bare(await gateway.getRequestValidator({ restApiId, requestValidatorId })), bare(made))
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateRequestValidator({ restApiId, requestValidatorId, patchOperations: operations(...all) })
    const changed = await update(["replace", "/name", "all"], ["replace", "/validateRequestParameters", "true"])
    assert.deepEqual(bare(changed), { ...bare(made), name: "all", validateRequestParameters: true })
    for (const op of ["add", "remove"])
      await bad(
        update([op, "/validateRequestBody", "true"]),
        `Invalid patch path  '/validateRequestBody' specified for op '${op}'. Please choose supported operations`,
      )
    await bad(
      update(["replace", "/invalidPath", "x"]),
      "Invalid patch path  '/invalidPath' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]",
    )
    await bad(update(["replace", "/name", ""]), "Request Validator name cannot be blank")
    const { items } = await gateway.getRequestValidators({ restApiId })
    assert.deepEqual(items, [bare(changed)])
    assert.equal(
      (await gateway.deleteRequestValidator({ restApiId, requestValidatorId })).$metadata.httpStatusCode,
      202,
    )
    await missing(
      gateway.getRequestValidator({ restApiId, requestValidatorId }),
      "Invalid Request Validator identifier specified",
    )
    await bad(gateway.createRequestValidator({ restApiId: "nobody" }), "Invalid REST API identifier specified")
    await missing(gateway.getRequestValidators({ restApiId: "nobody" }), unknownApi("nobody"))
  })
})

describe("authorizers", () => {
  const functionUri = () =>
    `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${world.server.account}:function:f/invocations`
  const create = (input: Partial<CreateAuthorizerRequest>) =>
    gateway.createAuthorizer({ restApiId, name: "gate", type: "TOKEN", ...input })

  it("of functions are read back with AWS's defaults, and changed by each documented path", async () => {
    const made = await create({ authorizerUri: functionUri() })
    assert.equal(made.$metadata.httpStatusCode, 201)
    const expected = {
      id: made.id,
      name: "gate",
      type: "TOKEN",
      authType: "custom",
      authorizerUri: functionUri(),
      identitySource: "method.request.header.Authorization",
      authorizerResultTtlInSeconds: 300,
    }
    assert.deepEqual(bare(made), expected)
    const authorizerId = made.id!
    assert.deepEqual(bare(await gateway.getAuthorizer({ restApiId, authorizerId })), expected)
    await conflicts(
      create({ authorizerUri: functionUri() }),
      "Authorizer name must be unique. Authorizer gate already exists in this RestApi.",
    )
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateAuthorizer({ restApiId, authorizerId, patchOperations: operations(...all) })
    const role = `arn:aws:iam::${world.server.account}:role/gate`
    const changed = await update(
      ["replace", "/name", "door"],
      ["replace", "/type", "REQUEST"],
      [
        "replace",
        "/identitySource",
        "method.request.header.X, method.request.querystring.q, context.identity.sourceIp",
      ],
      ["replace", "/authorizerCredentials", role],
      ["replace", "/authorizerResultTtlInSeconds", "0"],
      ["replace", "/identityValidationExpression", "^x"],
    )
    assert.deepEqual(bare(changed), {
      ...expected,
      name: "door",
      type: "REQUEST",
      identitySource: "method.request.header.X, method.request.querystring.q, context.identity.sourceIp",
      authorizerCredentials: role,
      authorizerResultTtlInSeconds: 0,
      identityValidationExpression: "^x",
    })
    const first = ["replace", "/name", "other"] as [string, string, string]
    await bad(update(first, ["replace", "/authorizerResultTtlInSeconds", "3601"]), /TTL/)
    await bad(update(first, ["replace", "/identityValidationExpression", "("]), /expression/)
    await bad(update(first, ["replace", "/authorizerUri", "nowhere"]), /^Invalid Authorizer URI: nowhere\. /)
    assert.equal((await gateway.getAuthorizer({ restApiId, authorizerId })).name, "door")

    const method = { restApiId, resourceId: rootId, httpMethod: "PUT" }
    await gateway.putMethod({ ...method, authorizationType: "CUSTOM", authorizerId })
    await bad(
      gateway.putMethod({ ...method, httpMethod: "PATCH", authorizationType: "COGNITO_USER_POOLS", authorizerId }),
      /^Invalid authorizer ID specified/,
    )
    await conflicts(gateway.deleteAuthorizer({ restApiId, authorizerId }), /is referenced in method: \/\/PUT$/)
    await gateway.deleteMethod(method)
    assert.equal((await gateway.deleteAuthorizer({ restApiId, authorizerId })).$metadata.httpStatusCode, 202)
    await missing(gateway.getAuthorizer({ restApiId, authorizerId }), "Invalid Authorizer identifier specified")
  })

  it("of user pools name pools that are there", async () => {
    const idp = new CognitoIdentityProvider(world.server.client)
    const { UserPool } = await idp.createUserPool({ PoolName: "people" })
    const providerARNs = [UserPool!.Arn!]
    const made = await create({ name: "people", type: "COGNITO_USER_POOLS", providerARNs })
    assert.deepEqual(bare(made), {
      id: made.id,
      name: "people",
      type: "COGNITO_USER_POOLS",
      providerARNs,
      authType: "cognito_user_pools",
      identitySource: "method.request.header.Authorization",
      authorizerResultTtlInSeconds: 300,
    })
    const gone = `${UserPool!.Arn!}x`
    await bad(
      create({ name: "others", type: "COGNITO_USER_POOLS", providerARNs: [gone] }),
      `Invalid Cognito User Pool ARN: ${gone}`,
    )
    await bad(create({ name: "others", type: "COGNITO_USER_POOLS" }), /ProviderARNs/)
    const update = (op: string, value: string) =>
      gateway.updateAuthorizer({
        restApiId,
        authorizerId: made.id!,
        patchOperations: operations([op, "/providerARNs", value]),
      })
    await bad(update("add", gone), `Invalid Cognito User Pool ARN: ${gone}`)
    await bad(update("remove", UserPool!.Arn!), /ProviderARNs/)
    const { items } = await gateway.getAuthorizers({ restApiId })
    assert.deepEqual(items, [bare(made)])
  })

  it("are refused where they could not work", async () => {
    const name = "wrong"
    await bad(create({ name }), /^Invalid Authorizer URI: null\. Authorizer URI should be a valid API Gateway ARN/)
    await bad(
      create({ name, authorizerUri: functionUri(), identitySource: "method.request.querystring.q" }),
      /identity source/,
    )
    await bad(create({ name, authorizerUri: functionUri(), type: "REQUEST" }), /identity source/)
    await bad(create({ name, authorizerUri: functionUri(), authorizerResultTtlInSeconds: -1 }), /TTL/)
    await invalid(create({ name, type: "OTHER" as "TOKEN" }), /at 'createAuthorizerInput\.type' failed/)
    await missing(gateway.getAuthorizers({ restApiId: "test-fake-rest-id" }), unknownApi("test-fake-rest-id"))
  })

  it("are ten at most", async () => {
    const api = await world.makeApi()
    for (let i = 0; i < 10; i++) await create({ ...api, name: `a${i}`, authorizerUri: functionUri() })
    await refuses(
      create({ ...api, name: "more", authorizerUri: functionUri() }),
      "LimitExceededException",
      429,
      /authorizers/,
    )
  })
})

describe("gateway responses", () => {
  const template = { "application/json": '{"message":$context.error.messageString}' }

  it("are AWS's until they are customised", async () => {
    const api = await world.makeApi()
    const { items } = await gateway.getGatewayResponses(api)
    assert.equal(items!.length, 21)
    assert.deepEqual(
      items!.map(({ responseType }) => responseType),
      items!.map(({ responseType }) => responseType).sort(),
    )
    assert.deepEqual(items![0], {
      responseType: "ACCESS_DENIED",
      statusCode: "403",
      responseParameters: {},
      responseTemplates: template,
      defaultResponse: true,
    })
    const family = items!.find(({ responseType }) => responseType === "DEFAULT_5XX")!
    assert.equal(family.statusCode, undefined)

    const put = await gateway.putGatewayResponse({
      ...api,
      responseType: "DEFAULT_5XX",
      responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
      responseTemplates: { "application/json": "{}" },
    })
    assert.equal(put.$metadata.httpStatusCode, 201)
    assert.equal(put.defaultResponse, false)
    const { $metadata: _, ...shows } = await gateway.getGatewayResponse({ ...api, responseType: "INTEGRATION_TIMEOUT" })
    assert.deepEqual(shows, {
      responseType: "INTEGRATION_TIMEOUT",
      statusCode: "504",
      responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
      responseTemplates: { "application/json": "{}" },
      defaultResponse: true,
    })
    const unauthorized = await gateway.getGatewayResponse({ ...api, responseType: "UNAUTHORIZED" })
    assert.deepEqual(unauthorized.responseTemplates, template)
    assert.equal(
      (await gateway.deleteGatewayResponse({ ...api, responseType: "DEFAULT_5XX" })).$metadata.httpStatusCode,
      202,
    )
    await missing(
      gateway.deleteGatewayResponse({ ...api, responseType: "DEFAULT_5XX" }),
      "Gateway response type not defined on api",
    )
  })

  it("are changed by each documented path", async () => {
    const response = { restApiId, responseType: "UNAUTHORIZED" as GatewayResponseType }
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateGatewayResponse({ ...response, patchOperations: operations(...all) })
    const changed = await update(
      ["replace", "/statusCode", "403"],
      ["add", "/responseParameters/gatewayresponse.header.x-why", "'no'"],
      ["replace", "/responseTemplates/application~1json", '{"no":true}'],
    )
    assert.deepEqual(bare(changed), {
      responseType: "UNAUTHORIZED",
      statusCode: "403",
      responseParameters: { "gatewayresponse.header.x-why": "'no'" },
      responseTemplates: { "application/json": '{"no":true}' },
      defaultResponse: false,
    })
    await bad(update(["add", "/statusCode", "401"]), "Invalid patch path /statusCode")
    await bad(update(["replace", undefined, "x"]), "Invalid patch path null")
    await bad(update(["replace", "/wrongPath", "x"]), "Invalid patch path /wrongPath")
    await bad(
      update(["add", "/responseTemplates/application~1json", ""]),
      "Invalid null or empty value in responseTemplates",
    )
    await bad(
      update(["add", "/responseParameters/gatewayresponse.header.x"]),
      "Invalid null or empty value in responseParameters",
    )
    await missing(
      update(["remove", "/responseParameters/gatewayresponse.header.none"]),
      "Invalid parameter name specified",
    )
    await invalid(
      update(["wrong-op", "/statusCode", "x"]),
      "1 validation error detected: Value 'wrong-op' at 'updateGatewayResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
    )
    await invalid(
      gateway.getGatewayResponse({ restApiId, responseType: "FAKE_RESPONSE_TYPE" as GatewayResponseType }),
      "1 validation error detected: Value 'FAKE_RESPONSE_TYPE' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]",
    )
    await missing(
      gateway.getGatewayResponse({ restApiId: "fake-api-id", responseType: "UNAUTHORIZED" }),
      unknownApi("fake-api-id"),
    )
  })
})

describe("documentation", () => {
  it("comes from a definition", async () => {
    const api = await world.makeApi()
    const load = (document: unknown, more: object = {}) =>
      gateway.importDocumentationParts({
        restApiId: api.restApiId,
        body: new TextEncoder().encode(typeof document === "string" ? document : JSON.stringify(document)),
        ...more,
      })
    const part = (location: object, properties: unknown) => ({ location, properties })
    const definition = (...documentationParts: unknown[]) => ({
      swagger: "2.0",
      info: { title: "pets", version: "1" },
      "x-amazon-apigateway-documentation": { version: "1", documentationParts },
    })
    await bad(load("nothing"), "Unable to build importer with provided input.")
    const first = await load(definition(part({ type: "API" }, { description: "pets" }), part({ type: "OTHER" }, {})))
    assert.equal(first.ids!.length, 1)
    assert.deepEqual(first.warnings, ["Documentation part 2: Invalid location of a documentation part"])
    const again = definition(
      part({ type: "API" }, { description: "more pets" }),
      part({ type: "RESOURCE", path: "/" }, { a: 1 }),
    )
    const merged = await load(again)
    assert.equal(merged.ids![0], first.ids![0])
    assert.equal((await gateway.getDocumentationParts(api)).items!.length, 2)
    await bad(
      load(definition(part({ type: "OTHER" }, {})), { failOnWarnings: true, mode: "overwrite" }),
      /Invalid location/,
    )
    assert.equal((await gateway.getDocumentationParts(api)).items!.length, 2)
    const { ids } = await load(definition(part({ type: "API" }, { description: "alone" })), { mode: "overwrite" })
    const { items } = await gateway.getDocumentationParts(api)
    assert.deepEqual(items, [{ id: ids![0], location: { type: "API" }, properties: '{"description":"alone"}' }])
  })

  it("has parts, and versions of them", async () => {
    const api = await world.makeDeployed()
    const { restApiId: id, deploymentId } = api
    const location = { type: "METHOD", path: "/pets", method: "GET" } as const
    const made = await gateway.createDocumentationPart({ restApiId: id, location, properties: '{"summary":"all"}' })
    assert.equal(made.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(made), { id: made.id, location, properties: '{"summary":"all"}' })
    const documentationPartId = made.id!
    await conflicts(gateway.createDocumentationPart({ restApiId: id, location, properties: "{}" }), /already exists/)
    const api2 = await gateway.createDocumentationPart({
      restApiId: id,
      location: { type: "API" },
      properties: '{"a":1}',
    })
    const list = async (input: object) => (await gateway.getDocumentationParts({ restApiId: id, ...input })).items!
    assert.equal((await list({})).length, 2)
    assert.deepEqual(
      (await list({ type: "API" })).map((one) => one.id),
      [api2.id],
    )
    assert.deepEqual(
      (await list({ path: "/pets" })).map((one) => one.id),
      [made.id],
    )
    assert.deepEqual(await list({ locationStatus: "UNDOCUMENTED" }), [])
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateDocumentationPart({ restApiId: id, documentationPartId, patchOperations: operations(...all) })
    assert.equal((await update(["replace", "/properties", '{"b":2}'])).properties, '{"b":2}')
    await bad(
      update(["add", "/properties", "{}"]),
      "Invalid patch path  '/properties' specified for op 'add'. Please choose supported operations",
    )
    await bad(
      update(["replace", "/invalidPath", "{}"]),
      "Invalid patch path  '/invalidPath' specified for op 'replace'. Must be one of: [/properties]",
    )
    await bad(update(["replace", "/properties", "x"]), /JSON object/)
    await invalid(
      gateway.createDocumentationPart({ restApiId: id, location: { type: "INVALID" as "API" }, properties: "{}" }),
      "1 validation error detected: Value 'INVALID' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]",
    )
    await gateway.createStage({ restApiId: id, stageName: "prod", deploymentId })
    const version = await gateway.createDocumentationVersion({
      restApiId: id,
      documentationVersion: "1.0",
      stageName: "prod",
    })
    assert.equal(version.version, "1.0")
    assert.equal((await gateway.getStage({ restApiId: id, stageName: "prod" })).documentationVersion, "1.0")
    await conflicts(
      gateway.createDocumentationVersion({ restApiId: id, documentationVersion: "1.0" }),
      /already exists/,
    )
    const described = await gateway.updateDocumentationVersion({
      restApiId: id,
      documentationVersion: "1.0",
      patchOperations: operations(["replace", "/description", "first"]),
    })
    assert.equal(described.description, "first")
    const { items } = await gateway.getDocumentationVersions({ restApiId: id })
    assert.deepEqual(
      items!.map((one) => one.version),
      ["1.0"],
    )
    await gateway.deleteDocumentationVersion({ restApiId: id, documentationVersion: "1.0" })
    await missing(
      gateway.getDocumentationVersion({ restApiId: id, documentationVersion: "1.0" }),
      /Documentation version/,
    )
    const { $metadata } = await gateway.deleteDocumentationPart({ restApiId: id, documentationPartId })
    assert.equal($metadata.httpStatusCode, 202)
    const gone = "Invalid Documentation part identifier specified"
    await missing(gateway.getDocumentationPart({ restApiId: id, documentationPartId }), gone)
    await missing(gateway.deleteDocumentationPart({ restApiId: id, documentationPartId }), gone)
    await missing(update(["replace", "/properties", "{}"]), gone)
  })
})
