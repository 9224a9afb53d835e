import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { APIGateway, type Op } from "@aws-sdk/client-api-gateway"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { type GatewayWorld, missing, openGatewayWorld } from "./apigateway-world.ts"
import { createPerson, type Person, policy, refused } from "./iam-world.ts"

let world: GatewayWorld
let iam: IAM
let person: Person
let theirs: APIGateway
before(async () => {
  world = await openGatewayWorld()
  iam = new IAM(world.server.client)
  person = await createPerson(world.server, "developer")
  theirs = new APIGateway({ ...person.options, maxAttempts: 1 })
})
after(() => world[Symbol.asyncDispose]())

const arn = (path: string) => `arn:aws:apigateway:${world.server.client.region}::${path}`
const may = (...statements: object[]) =>
  iam.putUserPolicy({ UserName: "developer", PolicyName: "own", PolicyDocument: policy(...statements) })
const denied = (call: Promise<unknown>, action: string, resource: string) =>
  refused(
    call,
    "AccessDeniedException",
    403,
    `User: ${person.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  )
const operations = (...all: [op: string, path: string, value?: string][]) =>
  all.map(([op, path, value]) => ({ op: op as Op, path, value }))

describe("what a caller needs", () => {
  it("is a verb on a path, and nothing of another API's", async () => {
    const { restApiId } = await world.makeApi()
    const other = await world.makeApi()
    await may({ Action: ["apigateway:GET", "apigateway:PATCH"], Resource: arn(`/restapis/${restApiId}`) })
    await theirs.getRestApi({ restApiId })
    await theirs.updateRestApi({ restApiId, patchOperations: operations(["replace", "/description", "x"]) })
    await denied(theirs.deleteRestApi({ restApiId }), "apigateway:DELETE", arn(`/restapis/${restApiId}`))
    await denied(theirs.getResources({ restApiId }), "apigateway:GET", arn(`/restapis/${restApiId}/resources`))
    await denied(theirs.getRestApi(other), "apigateway:GET", arn(`/restapis/${other.restApiId}`))
    await denied(theirs.createRestApi({ name: "x" }), "apigateway:POST", arn("/restapis"))
  })

  it("is a PUT on the tags of what is made with them", async () => {
    await may({ Action: "apigateway:POST", Resource: arn("/apikeys") })
    await theirs.createApiKey({ name: "plain" })
    const made = encodeURIComponent(arn("/apikeys/*"))
    const tagged = () => theirs.createApiKey({ name: "tagged", tags: { team: "pets" } })
    await denied(tagged(), "apigateway:PUT", arn(`/tags/${made}`))
    await may(
      { Action: "apigateway:POST", Resource: arn("/apikeys") },
      {
        Action: "apigateway:PUT",
        Resource: arn("/tags/*"),
        Condition: { StringEquals: { "aws:RequestTag/team": "pets" } },
      },
    )
    await tagged()
    await refused(
      theirs.createApiKey({ name: "x", tags: { team: "other" } }),
      "AccessDeniedException",
      403,
      /apigateway:PUT/,
    )
  })

  it("is iam:PassRole of each role that is given", async () => {
    const { restApiId, rootId: resourceId } = await world.makeApi()
    const method = { restApiId, resourceId, httpMethod: "GET" }
    await world.makeMock(restApiId, resourceId, "GET")
    const role = `arn:aws:iam::${world.server.account}:role/backend`
    await may({ Action: "apigateway:*", Resource: "*" })
    const calls = [
      () => theirs.putIntegration({ ...method, type: "MOCK", credentials: role }),
      () => theirs.updateIntegration({ ...method, patchOperations: operations(["replace", "/credentials", role]) }),
      () =>
        theirs.createAuthorizer({
          restApiId,
          name: "gate",
          type: "TOKEN",
          authorizerCredentials: role,
          authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${world.server.account}:function:f/invocations`,
        }),
    ]
    for (const call of calls) await denied(call(), "iam:PassRole", role)
    const account = operations(["replace", "/cloudwatchRoleArn", role])
    await denied(theirs.updateAccount({ patchOperations: account }), "iam:PassRole", role)
    await may(
      { Action: "apigateway:*", Resource: "*" },
      {
        Action: "iam:PassRole",
        Resource: role,
        Condition: { StringEquals: { "iam:PassedToService": "apigateway.amazonaws.com" } },
      },
    )
    for (const call of calls) await call()
    // As the caller: no role is given.
    await may({ Action: "apigateway:*", Resource: "*" })
    await theirs.putIntegration({ ...method, type: "MOCK", credentials: "arn:aws:iam::*:user/*" })
  })

  it("can be bound to what a request sets", async () => {
    const onlyWith = (key: string, value: string) =>
      may(
        { Action: "apigateway:*", Resource: "*" },
        {
          Effect: "Deny",
          Action: ["apigateway:POST", "apigateway:PUT", "apigateway:PATCH"],
          Resource: "*",
          Condition: { "ForAnyValue:StringNotEquals": { [key]: value } },
        },
      )
    const no = (call: Promise<unknown>) => refused(call, "AccessDeniedException", 403, /with an explicit deny/)
    await onlyWith("apigateway:Request/EndpointType", "REGIONAL")
    await no(theirs.createRestApi({ name: "edge" }))
    const { id } = await theirs.createRestApi({ name: "regional", endpointConfiguration: { types: ["REGIONAL"] } })
    const restApiId = id!
    const toEdge = operations(["replace", "/endpointConfiguration/types/REGIONAL", "EDGE"])
    await no(theirs.updateRestApi({ restApiId, patchOperations: toEdge }))
    await theirs.updateRestApi({ restApiId, patchOperations: operations(["replace", "/description", "x"]) })

    const { rootResourceId: resourceId } = await theirs.getRestApi({ restApiId })
    const method = { restApiId, resourceId, httpMethod: "GET" }
    await onlyWith("apigateway:Request/RouteAuthorizationType", "AWS_IAM")
    await no(theirs.putMethod({ ...method, authorizationType: "NONE" }))
    await theirs.putMethod({ ...method, authorizationType: "AWS_IAM" })
    await no(theirs.updateMethod({ ...method, patchOperations: operations(["replace", "/authorizationType", "NONE"]) }))

    await onlyWith("apigateway:Request/ApiName", "good")
    await no(theirs.createRestApi({ name: "bad" }))
    await theirs.createRestApi({ name: "good" })

    const idp = new CognitoIdentityProvider(world.server.client)
    const { UserPool } = await idp.createUserPool({ PoolName: "people" })
    await onlyWith("apigateway:Request/AuthorizerType", "TOKEN")
    const providerARNs = [UserPool!.Arn!]
    await no(theirs.createAuthorizer({ restApiId, name: "p", type: "COGNITO_USER_POOLS", providerARNs }))
    await onlyWith("apigateway:Request/CognitoUserPoolArn", UserPool!.Arn!)
    await theirs.createAuthorizer({ restApiId, name: "p", type: "COGNITO_USER_POOLS", providerARNs })
  })

  it("can be bound to what is there: tags, names, how a method is authorized", async () => {
    const gateway = world.gateway
    const { id } = await gateway.createRestApi({ name: "tagged", tags: { team: "pets" } })
    const plain = await world.makeDeployed()
    const { restApiId, resourceId } = plain
    const allowWhere = (condition: object) => may({ Action: "apigateway:*", Resource: "*", Condition: condition })
    await allowWhere({ StringEquals: { "aws:ResourceTag/team": "pets" } })
    await theirs.getRestApi({ restApiId: id! })
    await theirs.getResources({ restApiId: id! })
    await denied(theirs.getRestApi({ restApiId }), "apigateway:GET", arn(`/restapis/${restApiId}`))

    await allowWhere({ StringEquals: { "apigateway:Resource/ApiName": "pets" } })
    await theirs.getRestApi({ restApiId })
    await denied(theirs.getRestApi({ restApiId: id! }), "apigateway:GET", arn(`/restapis/${id}`))

    await allowWhere({ "ForAllValues:StringEquals": { "apigateway:Resource/RouteAuthorizationType": "AWS_IAM" } })
    const method = { restApiId, resourceId, httpMethod: "GET" }
    const path = arn(`/restapis/${restApiId}/resources/${resourceId}/methods/GET`)
    await denied(theirs.getMethod(method), "apigateway:GET", path)
    await gateway.updateMethod({ ...method, patchOperations: operations(["replace", "/authorizationType", "AWS_IAM"]) })
    await theirs.getMethod(method)
  })

  it("is its own account's alone", async () => {
    const { restApiId } = await world.makeApi()
    const elsewhere = new APIGateway({ ...world.server.client, region: "eu-central-1" })
    await missing(elsewhere.getRestApi({ restApiId }), /^Invalid API identifier specified/)
    assert.deepEqual((await elsewhere.getRestApis({})).items, [])
  })
})
