import assert from "node:assert/strict"
import { test } from "node:test"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { stringify } from "yaml"
import { refuses } from "./apigateway-world.ts"
import { openExecuteWorld } from "./execute-api-world.ts"

const MOCK = {
  type: "mock",
  passthroughBehavior: "when_no_match",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
  responses: {
    default: {
      statusCode: "200",
      responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
      responseTemplates: { "application/json": '{"pet": "$input.params(\'petId\')"}' },
    },
  },
}

const SWAGGER = {
  swagger: "2.0",
  info: { title: "pets", version: "1.0", description: "All of them" },
  basePath: "/v1/animals",
  produces: ["application/json"],
  "x-amazon-apigateway-binary-media-types": ["image/png"],
  "x-amazon-apigateway-request-validators": { all: { validateRequestBody: true, validateRequestParameters: true } },
  "x-amazon-apigateway-request-validator": "all",
  "x-amazon-apigateway-gateway-responses": {
    BAD_REQUEST_BODY: { statusCode: 422, responseTemplates: { "application/json": '{"wrong":true}' } },
  },
  paths: {
    "/pets/{petId}": {
      get: {
        operationId: "getPet",
        parameters: [
          { name: "petId", in: "path", required: true, type: "string" },
          { name: "q", in: "query", required: true, type: "string" },
        ],
        responses: {
          "200": {
            description: "a pet",
            schema: { $ref: "#/definitions/Pet" },
            headers: { "Access-Control-Allow-Origin": { type: "string" } },
          },
        },
        "x-amazon-apigateway-integration": MOCK,
      },
    },
    "/pets": {
      post: {
        parameters: [{ name: "Pet", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } }],
        responses: { "200": { description: "made", headers: { "Access-Control-Allow-Origin": { type: "string" } } } },
        "x-amazon-apigateway-integration": MOCK,
        security: [{ signed: [] }],
      },
    },
  },
  securityDefinitions: {
    signed: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
  },
  definitions: {
    Pet: {
      type: "object",
      required: ["name"],
      properties: { name: { type: "string" }, kind: { $ref: "#/definitions/Kind" } },
    },
    Kind: { type: "string", enum: ["cat", "dog"] },
  },
}

const bytes = (document: object): Uint8Array => Buffer.from(JSON.stringify(document))

test("a definition in OpenAPI 2 becomes an API that answers", async () => {
  await using world = await openExecuteWorld()
  const { gateway } = world
  const made = await gateway.importRestApi({ body: bytes(SWAGGER) })
  const restApiId = made.id!
  assert.equal(made.name, "pets")
  assert.equal(made.description, "All of them")
  assert.deepEqual(made.binaryMediaTypes, ["image/png"])
  assert.equal(made.$metadata.httpStatusCode, 201)
  const { items = [] } = await gateway.getResources({ restApiId, embed: ["methods"] })
  assert.deepEqual(items.map(({ path }) => path).sort(), ["/", "/pets", "/pets/{petId}"])
  const pet = items.find(({ path }) => path === "/pets/{petId}")!.resourceMethods!.GET!
  assert.equal(pet.operationName, "getPet")
  assert.deepEqual(pet.requestParameters, { "method.request.path.petId": true, "method.request.querystring.q": true })
  assert.deepEqual(pet.methodResponses!["200"]!.responseModels, { "application/json": "Pet" })
  assert.equal(pet.methodIntegration!.type, "MOCK")
  assert.equal(pet.methodIntegration!.integrationResponses!["200"]!.selectionPattern, undefined)
  const model = await gateway.getModel({ restApiId, modelName: "Pet" })
  assert.match(model.schema!, new RegExp(`https://apigateway.amazonaws.com/restapis/${restApiId}/models/Kind`))
  const api = await world.deploy(restApiId)
  const answer = await world.ask(api, "pets/7", { query: { q: "1" } })
  assert.equal(answer.body, '{"pet": "7"}')
  assert.equal(answer.headers["access-control-allow-origin"], "*")
  assert.equal((await world.ask(api, "pets/7")).status, 400)
  assert.equal((await world.ask(api, "pets", { method: "POST", body: "{}" })).status, 403)
  const signedBy = await world.user("ann", { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" })
  const post = (body: object) =>
    world.ask(api, "pets", { method: "POST", body: JSON.stringify(body), signedBy, service: "execute-api" })
  assert.equal((await post({ name: "Rex", kind: "dog" })).status, 200)
  const wrong = await post({ name: "Rex", kind: "cow" })
  assert.deepEqual([wrong.status, wrong.body], [422, '{"wrong":true}'])
})

test("a base path is ignored, put before the paths, or all of it but its first part", async () => {
  await using world = await openExecuteWorld()
  for (const [basepath, path] of [
    ["ignore", "/pets/{petId}"],
    ["prepend", "/v1/animals/pets/{petId}"],
    ["split", "/animals/pets/{petId}"],
  ] as const) {
    const { id } = await world.gateway.importRestApi({ body: bytes(SWAGGER), parameters: { basepath } })
    const { items = [] } = await world.gateway.getResources({ restApiId: id! })
    assert.ok(
      items.some((item) => item.path === path),
      basepath,
    )
  }
  await refuses(
    world.gateway.importRestApi({ body: bytes(SWAGGER), parameters: { basepath: "other" } }),
    "BadRequestException",
    400,
    /basepath/,
  )
})

const OPEN_API = {
  openapi: "3.0.1",
  info: { title: "photos", version: "2" },
  servers: [{ url: "https://example.com/{basePath}", variables: { basePath: { default: "/prod" } } }],
  "x-amazon-apigateway-policy": {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }],
  },
  paths: {
    "/photos": {
      parameters: [{ $ref: "#/components/parameters/Page" }],
      "x-amazon-apigateway-any-method": {
        requestBody: { content: { "application/json": { schema: { type: "object", required: ["key"] } } } },
        responses: {
          "200": {
            description: "all",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Photo" } } },
          },
        },
        security: [{ pool: ["photos/read"] }, { key: [] }],
        "x-amazon-apigateway-integration": {
          ...MOCK,
          responses: { default: { statusCode: "200" }, "4\\d{2}": { statusCode: "400" } },
        },
      },
    },
  },
  components: {
    parameters: { Page: { name: "page", in: "query", schema: { type: "integer" } } },
    schemas: { Photo: { type: "object", example: "x", nullable: true } },
    securitySchemes: {
      key: { type: "apiKey", name: "x-api-key", in: "header" },
      pool: {
        type: "apiKey",
        name: "Authorization",
        in: "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: ["POOL"] },
      },
    },
  },
}

test("a definition in OpenAPI 3 and YAML does, with authorizers, keys, scopes and its policy", async () => {
  await using world = await openExecuteWorld()
  const { gateway } = world
  const { UserPool } = await new CognitoIdentityProvider(world.server.client).createUserPool({ PoolName: "people" })
  const poolArn = UserPool!.Arn!
  const body = Buffer.from(stringify(OPEN_API).replace("POOL", poolArn))
  const { id: restApiId, policy } = await gateway.importRestApi({
    body,
    parameters: { endpointConfigurationTypes: "REGIONAL" },
  })
  assert.match(policy!, new RegExp(`arn:aws:execute-api:us-east-1:\\d+:${restApiId}/`))
  const { items: authorizers = [] } = await gateway.getAuthorizers({ restApiId: restApiId! })
  assert.deepEqual(
    authorizers.map(({ name, type, identitySource, authorizerResultTtlInSeconds: ttl }) => [
      name,
      type,
      identitySource,
      ttl,
    ]),
    [["pool", "COGNITO_USER_POOLS", "method.request.header.Authorization", 300]],
  )
  const { items = [] } = await gateway.getResources({ restApiId: restApiId!, embed: ["methods"] })
  const method = items.find(({ path }) => path === "/photos")!.resourceMethods!.ANY!
  assert.equal(method.authorizationType, "COGNITO_USER_POOLS")
  assert.equal(method.authorizerId, authorizers[0]!.id)
  assert.deepEqual(method.authorizationScopes, ["photos/read"])
  assert.equal(method.apiKeyRequired, true)
  assert.deepEqual(method.requestParameters, { "method.request.querystring.page": false })
  assert.match(method.requestModels!["application/json"]!, /^MODEL/)
  assert.equal(method.methodIntegration!.integrationResponses!["400"]!.selectionPattern, "4\\d{2}")
})

test("PutRestApi merges, or puts all that there was aside", async () => {
  await using world = await openExecuteWorld()
  const { gateway } = world
  const { id } = await gateway.importRestApi({ body: bytes(SWAGGER) })
  const restApiId = id!
  const pathsOf = async () => {
    const { items = [] } = await gateway.getResources({ restApiId })
    return items.map(({ path }) => path).sort()
  }
  const cats = { ...SWAGGER, info: { title: "cats", version: "1" }, paths: { "/cats": SWAGGER.paths["/pets"] } }
  const merged = await gateway.putRestApi({ restApiId, body: bytes(cats) })
  assert.equal(merged.name, "pets")
  assert.deepEqual(await pathsOf(), ["/", "/cats", "/pets", "/pets/{petId}"])
  const rootId = merged.rootResourceId
  const over = await gateway.putRestApi({ restApiId, mode: "overwrite", body: bytes(cats) })
  assert.equal(over.name, "cats")
  assert.equal(over.rootResourceId, rootId)
  assert.deepEqual(await pathsOf(), ["/", "/cats"])
})

test("what is no definition, or none that can be, changes nothing", async () => {
  await using world = await openExecuteWorld()
  const { gateway } = world
  const { id } = await gateway.importRestApi({ body: bytes(SWAGGER) })
  const restApiId = id!
  const before = JSON.stringify((await gateway.getResources({ restApiId, embed: ["methods"] })).items)
  const wrong: [Uint8Array, RegExp][] = [
    [Buffer.from("{"), /^Invalid OpenAPI input\.$/],
    [Buffer.from("[]"), /^Invalid OpenAPI input\.$/],
    [Buffer.from("a: b: c"), /^Invalid OpenAPI input\.$/],
    [bytes({ ...SWAGGER, swagger: "1.2" }), /^Invalid OpenAPI input\.$/],
    [bytes({ ...SWAGGER, swagger: { toString: null } }), /^Invalid OpenAPI input\.$/],
    [
      Buffer.from(`a: &a [${"1,".repeat(50)}]\n${Array.from({ length: 200 }, (_, i) => `b${i}: *a`).join("\n")}`),
      /Invalid OpenAPI/,
    ],
    [bytes({ ...SWAGGER, paths: { "/a{b": SWAGGER.paths["/pets"] } }), /path part/],
    [bytes({ ...SWAGGER, "x-amazon-apigateway-request-validator": "none" }), /Validator/],
    [bytes({ ...SWAGGER, "x-amazon-apigateway-policy": { Statement: [] } }), /Invalid policy document/],
    [
      bytes({
        ...SWAGGER,
        paths: {
          "/x": {
            get: { responses: {}, "x-amazon-apigateway-integration": { type: "aws", httpMethod: "POST", uri: "none" } },
          },
        },
      }),
      /Invalid ARN/,
    ],
    [bytes({ ...SWAGGER, definitions: { Pet: {} } }), /./],
  ]
  for (const [body, message] of wrong) {
    await refuses(gateway.putRestApi({ restApiId, mode: "overwrite", body }), "BadRequestException", 400, message)
    const after = JSON.stringify((await gateway.getResources({ restApiId, embed: ["methods"] })).items)
    assert.equal(after, before)
  }
  const odd = { ...SWAGGER, security: [{ basic: [] }], securityDefinitions: { basic: { type: "basic" } } }
  const { warnings } = await gateway.putRestApi({ restApiId, body: bytes(odd) })
  assert.match(warnings![0]!, /basic/)
  await refuses(
    gateway.putRestApi({ restApiId, body: bytes(odd), failOnWarnings: true }),
    "BadRequestException",
    400,
    /basic/,
  )
})

for (const exportType of ["swagger", "oas30"] as const)
  test(`what is exported as ${exportType} is imported as it was`, async () => {
    await using world = await openExecuteWorld()
    const { gateway } = world
    const { UserPool } = await new CognitoIdentityProvider(world.server.client).createUserPool({ PoolName: "people" })
    const pool = {
      ...OPEN_API.components.securitySchemes.pool,
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [UserPool!.Arn!] },
    }
    const paths = structuredClone(SWAGGER.paths) as Record<string, Record<string, object>>
    paths["/pets/{petId}"]!.put = { ...SWAGGER.paths["/pets"].post, security: [{ pool: ["a/b"], key: [] }] }
    const securityDefinitions = { ...SWAGGER.securityDefinitions, pool, key: OPEN_API.components.securitySchemes.key }
    const { id } = await gateway.importRestApi({ body: bytes({ ...SWAGGER, paths, securityDefinitions }) })
    await gateway.createDeployment({ restApiId: id!, stageName: "prod" })
    const asked = { restApiId: id!, stageName: "prod", exportType }
    for (const accepts of ["application/json", "application/yaml"]) {
      const exported = await gateway.getExport({ ...asked, accepts, parameters: { extensions: "apigateway" } })
      assert.equal(exported.contentType, accepts)
      assert.match(exported.contentDisposition!, new RegExp(`^attachment; filename="${exportType}_.*\\.(json|yaml)"$`))
      const copy = await gateway.importRestApi({ body: exported.body! })
      assert.equal(copy.warnings, undefined)
      assert.deepEqual(await shapeOf(copy.id!), await shapeOf(id!))
    }
    const plain = await gateway.getExport(asked)
    const text = Buffer.from(plain.body!).toString()
    assert.ok(!text.includes("x-amazon-apigateway"), text)
    assert.match(text, /execute-api/)
    await refuses(gateway.getExport({ ...asked, stageName: "gone" }), "NotFoundException", 404, /stage/)
    await refuses(gateway.getExport({ ...asked, exportType: "raml" }), "NotFoundException", 404, /export type/)

    async function shapeOf(restApiId: string) {
      const { items: resources = [] } = await gateway.getResources({ restApiId, embed: ["methods"], limit: 500 })
      const { items: authorizers = [] } = await gateway.getAuthorizers({ restApiId })
      const { items: validators = [] } = await gateway.getRequestValidators({ restApiId })
      const { items: models = [] } = await gateway.getModels({ restApiId })
      const { items: responses = [] } = await gateway.getGatewayResponses({ restApiId })
      const names = new Map([...authorizers, ...validators].map((one) => [one.id!, one.name!]))
      const api = await gateway.getRestApi({ restApiId })
      return {
        resources: Object.fromEntries(
          resources.map(({ path, resourceMethods = {} }) => [
            path,
            Object.values(resourceMethods).map(
              ({ authorizerId, requestValidatorId, methodIntegration, ...method }) => ({
                ...method,
                authorizer: names.get(authorizerId!),
                validator: names.get(requestValidatorId!),
                integration: { ...methodIntegration, cacheNamespace: "" },
              }),
            ),
          ]),
        ),
        authorizers: authorizers.map(({ id: _, ...authorizer }) => authorizer),
        validators: validators.map(({ id: _, ...validator }) => validator),
        models: models.map(({ name, contentType, schema }) => [
          name,
          contentType,
          { ...(JSON.parse(schema!.replaceAll(restApiId, "API")) as object), $schema: "" },
        ]),
        responses,
        api: [api.name, api.description, api.version, api.binaryMediaTypes],
      }
    }
  })
