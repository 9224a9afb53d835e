import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { APIGateway, Op } from "@aws-sdk/client-api-gateway"
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

let made = 0
/** A resource of its own for each test. */
const newResource = () => world.makeResource({ restApiId, rootId }, `r${++made}`)
const operations = (...all: [op: string, path: string | undefined, value?: string][]) =>
  all.map(([op, path, value]) => ({ op: op as Op, path, value }))
const noResource = "Invalid Resource identifier specified"
const noMethod = "Invalid Method identifier specified"
const noResponse = "Invalid Response status code specified"
const NONE = { authorizationType: "NONE" } as const

describe("methods", () => {
  it("are read back as they were put", async () => {
    const method = { restApiId, resourceId: await newResource(), httpMethod: "POST" }
    const put = await gateway.putMethod({
      ...method,
      ...NONE,
      operationName: "AddPet",
      requestParameters: { "method.request.querystring.kind": true, "method.request.header.x-trace": false },
      requestModels: { "application/json": "Empty" },
    })
    assert.equal(put.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(put), {
      httpMethod: "POST",
      authorizationType: "NONE",
      apiKeyRequired: false,
      operationName: "AddPet",
      requestParameters: { "method.request.querystring.kind": true, "method.request.header.x-trace": false },
      requestModels: { "application/json": "Empty" },
    })
    assert.deepEqual(bare(await gateway.getMethod(method)), bare(put))
    await conflicts(gateway.putMethod({ ...method, ...NONE }), "Method already exists for this resource")
    const { resourceMethods } = await gateway.getResource(method)
    assert.deepEqual(resourceMethods, { POST: {} })
    assert.equal((await gateway.deleteMethod(method)).$metadata.httpStatusCode, 204)
    await missing(gateway.getMethod(method), noMethod)
    await missing(gateway.deleteMethod(method), noMethod)
  })

  it("are refused where they name what is not there", async () => {
    const method = { restApiId, resourceId: await newResource(), httpMethod: "GET", ...NONE }
    await missing(gateway.putMethod({ ...method, resourceId: "nobody" }), noResource)
    await bad(
      gateway.putMethod({ ...method, httpMethod: "FETCH" }),
      "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
    )
    for (const authorizationType of ["CUSTOM", "COGNITO_USER_POOLS"])
      for (const authorizerId of [undefined, "nobody"])
        await bad(
          gateway.putMethod({ ...method, authorizationType, authorizerId }),
          "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        )
    await bad(
      gateway.putMethod({ ...method, requestValidatorId: "nobody" }),
      "Invalid Request Validator identifier specified",
    )
    await bad(
      gateway.putMethod({ ...method, requestModels: { "application/json": "petModel" } }),
      "Invalid model identifier specified: petModel",
    )
    await bad(
      gateway.putMethod({
        ...method,
        requestParameters: { "method.request.querystring.a": true, "method.request.header.a": true },
      }),
      "Parameter names must be unique across querystring, header and path",
    )
    await bad(
      gateway.putMethod({ ...method, requestParameters: { true: true } }),
      "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: true]",
    )
    await missing(gateway.getMethod(method), noMethod)
    await missing(gateway.getMethod({ ...method, httpMethod: "constructor" }), noMethod)
  })

  it("are changed by each documented path, all or nothing", async () => {
    const method = { restApiId, resourceId: await newResource(), httpMethod: "GET" }
    await gateway.putMethod({ ...method, ...NONE })
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateMethod({ ...method, patchOperations: operations(...all) })
    const { id: requestValidatorId } = await gateway.createRequestValidator({ restApiId, name: "all" })
    const changed = await update(
      ["replace", "/apiKeyRequired", "true"],
      ["replace", "/authorizationType", "AWS_IAM"],
      ["replace", "/operationName", "ListPets"],
      ["replace", "/requestValidatorId", requestValidatorId],
      ["add", "/requestModels/application~1json", "Error"],
      ["add", "/requestParameters/method.request.querystring.q", "true"],
      ["add", "/authorizationScopes", "pets/read"],
      ["add", "/authorizationScopes", "pets/write"],
      ["remove", "/authorizationScopes", "pets/read"],
    )
    const expected = {
      httpMethod: "GET",
      authorizationType: "AWS_IAM",
      apiKeyRequired: true,
      operationName: "ListPets",
      requestValidatorId,
      requestModels: { "application/json": "Error" },
      requestParameters: { "method.request.querystring.q": true },
      authorizationScopes: ["pets/write"],
    }
    assert.deepEqual(bare(changed), expected)
    const first = ["replace", "/operationName", "Other"] as [string, string, string]
    const onlyReplace = "Invalid patch operation specified. Must be one of: [replace]"
    await bad(update(first, ["add", "/authorizationType", "NONE"]), onlyReplace)
    await bad(update(first, ["replace", "/httpMethod", "PUT"]), "Invalid patch path /httpMethod")
    await bad(update(first, ["add", "/requestParameters", "x"]), "Invalid patch path /requestParameters")
    await bad(
      update(first, ["add", "/requestModels/application/json", "Empty"]),
      "Invalid patch path /requestModels/application/json",
    )
    await bad(update(first, ["replace", "/authorizationType", "CUSTOM"]), /^Invalid authorizer ID specified/)
    await bad(
      update(first, ["replace", "/requestValidatorId", "nobody"]),
      "Invalid Request Validator identifier specified",
    )
    await missing(gateway.updateMethod({ ...method, httpMethod: "PUT", patchOperations: operations(first) }), noMethod)
    assert.deepEqual(bare(await gateway.getMethod(method)), expected)
    const emptied = await update(
      ["remove", "/requestModels/application~1json"],
      ["remove", "/requestParameters/method.request.querystring.q"],
      ["replace", "/requestValidatorId", ""],
    )
    assert.equal(emptied.requestModels, undefined)
    assert.equal(emptied.requestParameters, undefined)
    assert.equal(emptied.requestValidatorId, undefined)
  })

  it("declare responses", async () => {
    const method = { restApiId, resourceId: await newResource(), httpMethod: "GET" }
    const response = { ...method, statusCode: "200" }
    await missing(gateway.putMethodResponse(response), noMethod)
    await gateway.putMethod({ ...method, ...NONE })
    const put = await gateway.putMethodResponse({
      ...response,
      responseModels: { "application/json": "Empty" },
      responseParameters: { "method.response.header.x-a": true },
    })
    assert.equal(put.$metadata.httpStatusCode, 201)
    const expected = {
      statusCode: "200",
      responseModels: { "application/json": "Empty" },
      responseParameters: { "method.response.header.x-a": true },
    }
    assert.deepEqual(bare(put), expected)
    assert.deepEqual(bare(await gateway.getMethodResponse(response)), expected)
    assert.deepEqual((await gateway.getMethod(method)).methodResponses, { 200: expected })
    await conflicts(gateway.putMethodResponse(response), "Response already exists for this resource")
    assert.deepEqual(bare(await gateway.putMethodResponse({ ...response, statusCode: "404" })), { statusCode: "404" })

    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateMethodResponse({ ...response, patchOperations: operations(...all) })
    const changed = await update(
      ["add", "/responseParameters/method.response.header.x-b", "false"],
      ["replace", "/responseModels/application~1json", "Error"],
    )
    assert.deepEqual(changed.responseParameters, {
      "method.response.header.x-a": true,
      "method.response.header.x-b": false,
    })
    assert.deepEqual(changed.responseModels, { "application/json": "Error" })
    const wrong = "/wrong/method.response.header.my-header"
    await bad(update(["add", wrong, "true"]), `Invalid patch path ${wrong}`)
    await missing(
      update(["remove", "/responseParameters/method.response.header.x-c"]),
      "Invalid parameter name specified",
    )
    await missing(update(["remove", "/responseModels/application~1xml"]), "Content-Type specified was not found")
    await invalid(
      update(["wrong_op", "/responseModels/x", "y"]),
      "1 validation error detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
    )
    await invalid(
      gateway.updateMethodResponse({
        ...response,
        statusCode: "wrong",
        patchOperations: operations(["wrong_op", "/x"]),
      }),
      "2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
    )
    assert.equal((await gateway.deleteMethodResponse(response)).$metadata.httpStatusCode, 204)
    await missing(gateway.getMethodResponse(response), noResponse)
    await missing(gateway.deleteMethodResponse(response), noResponse)
    await missing(update(["replace", "/responseModels/application~1json", "Empty"]), noResponse)
  })
})

describe("integrations", () => {
  const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:pets"
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`

  async function newMethod(more: object = {}) {
    const method = { restApiId, resourceId: await newResource(), httpMethod: "GET" }
    await gateway.putMethod({ ...method, ...NONE, ...more })
    return method
  }

  it("are read back with AWS's defaults", async () => {
    const method = await newMethod()
    const put = await gateway.putIntegration({ ...method, type: "AWS_PROXY", integrationHttpMethod: "POST", uri })
    assert.equal(put.$metadata.httpStatusCode, 201)
    const expected = {
      type: "AWS_PROXY",
      httpMethod: "POST",
      uri,
      passthroughBehavior: "WHEN_NO_MATCH",
      timeoutInMillis: 29000,
      cacheNamespace: method.resourceId,
      cacheKeyParameters: [],
    }
    assert.deepEqual(bare(put), expected)
    assert.deepEqual(bare(await gateway.getIntegration(method)), expected)
    assert.deepEqual((await gateway.getMethod(method)).methodIntegration, expected)
    const http = await gateway.putIntegration({
      ...method,
      type: "HTTP_PROXY",
      integrationHttpMethod: "GET",
      uri: "https://example.com/$" + "{stageVariables.path}/{proxy}",
    })
    assert.equal(http.connectionType, "INTERNET")
    assert.equal((await gateway.deleteIntegration(method)).$metadata.httpStatusCode, 204)
    await missing(gateway.getIntegration(method), "Invalid Integration identifier specified")
    await missing(gateway.deleteIntegration(method), "Invalid Integration identifier specified")
  })

  it("are refused where they could not work", async () => {
    const method = await newMethod()
    const put = (input: object) => gateway.putIntegration({ ...method, type: "AWS_PROXY", ...input })
    await bad(put({ uri }), "Enumeration value for HttpMethod must be non-empty")
    const post = { integrationHttpMethod: "POST" }
    await bad(put({ ...post, type: "HTTP", uri: "nowhere" }), "Invalid HTTP endpoint specified for URI")
    await bad(put({ ...post, type: "HTTP" }), "Invalid HTTP endpoint specified for URI")
    await bad(put({ ...post, uri: "nowhere" }), "Invalid ARN specified in the request")
    await bad(put({ ...post, uri: FUNCTION }), "Invalid ARN specified in the request")
    await bad(
      put({ ...post, uri: `arn:aws:apigateway:us-east-1:lambda:${FUNCTION}` }),
      "AWS ARN for integration must contain path or action",
    )
    await bad(
      put({ ...post, uri: "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem" }),
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    )
    await bad(put({ ...post, uri, timeoutInMillis: 49 }), "Timeout should be between 50 ms and 29000 ms")
    await bad(put({ ...post, uri, timeoutInMillis: 29_001 }), "Timeout should be between 50 ms and 29000 ms")
    await bad(put({ ...post, uri, credentials: "me" }), "Invalid ARN specified in the request")
    await bad(
      put({ type: "MOCK", requestParameters: { "integration.request.header.a": "method.request.path.proxy" } }),
      "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.request.path.proxy]",
    )
    await bad(
      put({ type: "MOCK", requestTemplates: { "123": "{}" } }),
      "Validation Result: warnings : [], errors : [Invalid content type specified: 123]",
    )
    await invalid(
      put({ type: "HTTPS_PROXY" }),
      "1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]",
    )
    await refuses(
      put({ ...post, type: "HTTP_PROXY", uri: "https://a.example", responseTransferMode: "STREAM" }),
      "NotImplemented",
      501,
      "Hallpass does not implement integrations whose responses are streamed.",
    )
    await missing(gateway.putIntegration({ ...method, httpMethod: "PUT", type: "MOCK" }), noMethod)
    await missing(gateway.putIntegration({ ...method, resourceId: "nobody", type: "MOCK" }), noResource)
    await missing(gateway.getIntegration(method), "Invalid Integration identifier specified")
  })

  it("are changed by each documented path", async () => {
    const method = await newMethod({ requestParameters: { "method.request.querystring.q": true } })
    await gateway.putIntegration({ ...method, type: "HTTP", integrationHttpMethod: "GET", uri: "http://a.example" })
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateIntegration({ ...method, patchOperations: operations(...all) })
    const role = `arn:aws:iam::${world.server.account}:role/caller`
    const changed = await update(
      ["replace", "/httpMethod", "POST"],
      ["replace", "/uri", "https://b.example/x"],
      ["replace", "/credentials", role],
      ["replace", "/passthroughBehavior", "NEVER"],
      ["replace", "/contentHandling", "CONVERT_TO_TEXT"],
      ["replace", "/cacheNamespace", "shared"],
      ["replace", "/timeoutInMillis", "1000"],
      ["replace", "/tlsConfig/insecureSkipVerification", "true"],
      ["add", "/cacheKeyParameters/method.request.querystring.q"],
      ["add", "/requestParameters/integration.request.header.q", "method.request.querystring.q"],
      ["add", "/requestTemplates/application~1json", "$input.body"],
    )
    const expected = {
      type: "HTTP",
      httpMethod: "POST",
      uri: "https://b.example/x",
      connectionType: "INTERNET",
      credentials: role,
      passthroughBehavior: "NEVER",
      contentHandling: "CONVERT_TO_TEXT",
      cacheNamespace: "shared",
      timeoutInMillis: 1000,
      tlsConfig: { insecureSkipVerification: true },
      cacheKeyParameters: ["method.request.querystring.q"],
      requestParameters: { "integration.request.header.q": "method.request.querystring.q" },
      requestTemplates: { "application/json": "$input.body" },
    }
    assert.deepEqual(bare(changed), expected)
    const first = ["replace", "/uri", "https://c.example"] as [string, string, string]
    await bad(update(first, ["replace", "/type", "MOCK"]), "Invalid patch path /type")
    await bad(update(first, ["replace", "/timeoutInMillis", "1"]), "Timeout should be between 50 ms and 29000 ms")
    await bad(update(first, ["replace", "/timeoutInMillis", "soon"]), /timeoutInMillis/)
    await missing(update(first, ["remove", "/requestTemplates/text~1plain"]), "Content-Type specified was not found")
    assert.deepEqual(bare(await gateway.getIntegration(method)), expected)
  })

  it("have responses of what the method declares", async () => {
    const method = await newMethod()
    const response = { ...method, statusCode: "200" }
    await missing(gateway.putIntegrationResponse({ ...response, resourceId: "nobody" }), noResource)
    await missing(gateway.putIntegrationResponse({ ...response, httpMethod: "PUT" }), noMethod)
    await missing(gateway.putIntegrationResponse(response), "Invalid Integration identifier specified")
    await gateway.putIntegration({ ...method, type: "MOCK" })
    await missing(gateway.putIntegrationResponse(response), noResponse)
    const declared = { "method.response.header.x-a": true }
    await gateway.putMethodResponse({ ...response, responseParameters: declared })
    const put = await gateway.putIntegrationResponse({
      ...response,
      selectionPattern: "",
      responseTemplates: { "application/json": "{}" },
      responseParameters: { "method.response.header.x-a": "'a'" },
    })
    assert.equal(put.$metadata.httpStatusCode, 201)
    const expected = {
      statusCode: "200",
      selectionPattern: "",
      responseTemplates: { "application/json": "{}" },
      responseParameters: { "method.response.header.x-a": "'a'" },
    }
    assert.deepEqual(bare(put), expected)
    assert.deepEqual(bare(await gateway.getIntegrationResponse(response)), expected)
    assert.deepEqual((await gateway.getIntegration(method)).integrationResponses, { 200: expected })
    await bad(
      gateway.putIntegrationResponse({ ...response, responseParameters: { "method.response.header.x-b": "'b'" } }),
      "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.x-b]",
    )
    await bad(
      gateway.putIntegrationResponse({ ...response, responseTemplates: { "123": "x" } }),
      "Validation Result: warnings : [], errors : [Invalid content type specified: 123]",
    )
    await invalid(
      gateway.putIntegrationResponse({ ...response, statusCode: "wrong" }),
      "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
    )
    const changed = await gateway.updateIntegrationResponse({
      ...response,
      patchOperations: operations(
        ["replace", "/selectionPattern", "4\\d\\d"],
        ["replace", "/contentHandling", "CONVERT_TO_BINARY"],
        ["remove", "/responseTemplates/application~1json"],
      ),
    })
    assert.deepEqual(bare(changed), {
      statusCode: "200",
      selectionPattern: "4\\d\\d",
      contentHandling: "CONVERT_TO_BINARY",
      responseParameters: { "method.response.header.x-a": "'a'" },
    })
    assert.equal((await gateway.deleteIntegrationResponse(response)).$metadata.httpStatusCode, 204)
    await missing(gateway.getIntegrationResponse(response), noResponse)
    await missing(gateway.deleteIntegrationResponse(response), noResponse)
  })
})
