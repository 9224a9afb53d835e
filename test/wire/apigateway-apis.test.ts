import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { APIGateway, type Op } from "@aws-sdk/client-api-gateway"
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
import { createPerson } from "./iam-world.ts"

let world: GatewayWorld
let gateway: APIGateway
before(async () => {
  world = await openGatewayWorld()
  gateway = world.gateway
})
after(() => world[Symbol.asyncDispose]())

const patch = (restApiId: string, ...operations: [op: string, path: string, value?: string][]) =>
  gateway.updateRestApi({
    restApiId,
    patchOperations: operations.map(([op, path, value]) => ({ op: op as Op, path, value })),
  })

describe("REST APIs", () => {
  it("are read back as they were made, with AWS's defaults", async () => {
    const { $metadata, ...made } = await gateway.createRestApi({ name: "defaults" })
    assert.equal($metadata.httpStatusCode, 201)
    assert.match(made.id!, /^[a-z0-9]{10}$/)
    assert.match(made.rootResourceId!, /^[a-z0-9]{10}$/)
    assert.ok(made.createdDate instanceof Date)
    const { id, rootResourceId, createdDate, ...rest } = made
    assert.deepEqual(rest, {
      name: "defaults",
      apiKeySource: "HEADER",
      endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
      disableExecuteApiEndpoint: false,
    })
    assert.deepEqual(bare(await gateway.getRestApi({ restApiId: id! })), made)
  })

  it("have two models and a root resource from the start", async () => {
    const { restApiId, rootId } = await world.makeApi()
    const { items: models } = await gateway.getModels({ restApiId })
    assert.deepEqual(
      models!.map(({ name, description, contentType }) => ({ name, description, contentType })),
      [
        { name: "Empty", description: "This is a default empty schema model", contentType: "application/json" },
        { name: "Error", description: "This is a default error schema model", contentType: "application/json" },
      ],
    )
    assert.deepEqual(JSON.parse(models![1]!.schema!), {
      $schema: "http://json-schema.org/draft-04/schema#",
      title: "Error Schema",
      type: "object",
      properties: { message: { type: "string" } },
    })
    const { items } = await gateway.getResources({ restApiId })
    assert.deepEqual(items, [{ id: rootId, path: "/" }])
  })

  it("are refused where their settings contradict each other", async () => {
    const name = "wrong"
    await bad(gateway.createRestApi({ name, description: "" }), "Description cannot be an empty string")
    const compression = "Invalid minimum compression size, must be between 0 and 10485760"
    await bad(gateway.createRestApi({ name, minimumCompressionSize: -1 }), compression)
    await bad(gateway.createRestApi({ name, minimumCompressionSize: 10_485_761 }), compression)
    const create = (endpointConfiguration: object) => gateway.createRestApi({ name, endpointConfiguration })
    await bad(create({ types: [] }), "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    await bad(create({ types: ["EDGE", "REGIONAL"] }), "Cannot create an api with multiple Endpoint Types.")
    await bad(
      create({ types: ["PRIVATE"], ipAddressType: "ipv4" }),
      "Only dualstack ipAddressType is supported for Private APIs.",
    )
    await invalid(
      create({ types: ["wrong"], ipAddressType: "wrong" }),
      "2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]",
    )
    const made = await gateway.createRestApi({ name, endpointConfiguration: { types: ["PRIVATE"] } })
    assert.deepEqual(made.endpointConfiguration, { types: ["PRIVATE"], ipAddressType: "dualstack" })
  })

  it("are changed by each documented path", async () => {
    const { restApiId } = await world.makeApi()
    const changed = await patch(
      restApiId,
      ["replace", "/name", "renamed"],
      ["replace", "/description", "about pets"],
      ["replace", "/apiKeySource", "AUTHORIZER"],
      ["replace", "/minimumCompressionSize", "1024"],
      ["replace", "/disableExecuteApiEndpoint", "true"],
      ["add", "/binaryMediaTypes/image~1png"],
      ["add", "/binaryMediaTypes/*~1*"],
      ["replace", "/binaryMediaTypes/image~1png", "image/gif"],
      ["replace", "/endpointConfiguration/types/0", "REGIONAL"],
      ["replace", "/endpointConfiguration/ipAddressType", "dualstack"],
    )
    const { id: _, rootResourceId: __, createdDate: ___, ...rest } = changed
    const expected = {
      name: "renamed",
      description: "about pets",
      apiKeySource: "AUTHORIZER",
      minimumCompressionSize: 1024,
      disableExecuteApiEndpoint: true,
      binaryMediaTypes: ["*/*", "image/gif"],
      endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" },
    }
    assert.deepEqual(bare(rest), expected)
    const back = await patch(
      restApiId,
      ["replace", "/minimumCompressionSize", ""],
      ["remove", "/binaryMediaTypes/*~1*"],
      ["remove", "/binaryMediaTypes/image~1gif"],
    )
    assert.equal(back.minimumCompressionSize, undefined)
    assert.equal(back.binaryMediaTypes, undefined)
    const { items } = await gateway.getRestApis({ limit: 500 })
    assert.ok(items!.some(({ id, name }) => id === restApiId && name === "renamed"))
  })

  it("keep everything as it was where one operation of several is refused", async () => {
    const { restApiId } = await world.makeApi("kept")
    const first = ["replace", "/name", "other"] as [string, string, string]
    const onlyReplace = "Invalid patch operation specified. Must be one of: [replace]"
    await bad(patch(restApiId, first, ["add", "/description", "x"]), onlyReplace)
    await bad(patch(restApiId, first, ["add", "/binaryMediaTypes", "x"]), "Invalid patch path /binaryMediaTypes")
    await bad(patch(restApiId, first, ["replace", "/nothing", "x"]), "Invalid patch path /nothing")
    await bad(
      patch(restApiId, first, ["replace", "/minimumCompressionSize", "much"]),
      "Invalid minimum compression size, must be between 0 and 10485760",
    )
    await bad(
      patch(restApiId, first, ["replace", "/endpointConfiguration/ipAddressType", "ipv6"]),
      "ipAddressType must be either ipv4 or dualstack.",
    )
    await bad(
      patch(restApiId, first, ["replace", "/endpointConfiguration/types/EDGE", "wrong"]),
      "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
    )
    await bad(
      patch(restApiId, first, ["copy", "/endpointConfiguration/types/EDGE", "REGIONAL"]),
      "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    )
    await invalid(
      patch(restApiId, ["wrong", "/name", "x"], ["wrong", "/name", "x"]),
      "2 validation errors detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong' at 'updateRestApiInput.patchOperations.2.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
    )
    assert.equal((await gateway.getRestApi({ restApiId })).name, "kept")
  })

  it("are nobody else's, and gone when they are deleted", async () => {
    const { restApiId, rootId } = await world.makeApi()
    const unknown = (id: string) => `Invalid API identifier specified ${world.server.account}:${id}`
    await missing(gateway.getRestApi({ restApiId: "ABC" }), unknown("ABC"))
    const elsewhere = new APIGateway({ ...world.server.client, region: "eu-west-3" })
    await missing(elsewhere.getRestApi({ restApiId }), unknown(restApiId))
    const { $metadata } = await gateway.deleteRestApi({ restApiId })
    assert.equal($metadata.httpStatusCode, 202)
    await missing(gateway.getRestApi({ restApiId }), unknown(restApiId))
    await missing(gateway.getResource({ restApiId, resourceId: rootId }), unknown(restApiId))
    await missing(gateway.deleteRestApi({ restApiId }), unknown(restApiId))
    await world.server.work.settle()
  })

  it("are made as copies of others", async () => {
    const { restApiId: cloneFrom, resourceId } = await world.makeDeployed()
    const copy = await gateway.createRestApi({ name: "copy", cloneFrom })
    const { items } = await gateway.getResources({ restApiId: copy.id!, embed: ["methods"] })
    const pets = items!.find(({ path }) => path === "/pets")!
    assert.notEqual(pets.id, resourceId)
    assert.equal(pets.parentId, copy.rootResourceId)
    assert.equal(pets.resourceMethods!.GET!.methodIntegration!.type, "MOCK")
    assert.equal(pets.resourceMethods!.GET!.methodIntegration!.cacheNamespace, pets.id)
  })

  it("are listed page by page", async () => {
    await using other = await openGatewayWorld()
    const names = ["a", "b", "c", "d", "e"]
    for (const name of names) await other.makeApi(name)
    const seen: string[] = []
    let position: string | undefined
    do {
      const page = await other.gateway.getRestApis({ limit: 2, position })
      seen.push(...page.items!.map(({ name }) => name!))
      position = page.position
    } while (position)
    assert.deepEqual(seen.sort(), names)
    await bad(other.gateway.getRestApis({ position: "made-up" }), /position/)
  })

  it("carry a resource policy, whose shorthand is a whole ARN when it is read back", async () => {
    const { restApiId } = await world.makeApi()
    const person = await createPerson(world.server, "policy-reader")
    const statement = { Effect: "Allow", Principal: { AWS: person.arn }, Action: "execute-api:Invoke" }
    const document = { Version: "2012-10-17", Statement: [{ ...statement, Resource: "execute-api:/*/GET/pets" }] }
    const { policy } = await patch(restApiId, ["replace", "/policy", JSON.stringify(document)])
    const { account, client } = world.server
    const Resource = `arn:aws:execute-api:${client.region}:${account}:${restApiId}/*/GET/pets`
    assert.deepEqual(JSON.parse(JSON.parse(`"${policy}"`)), { ...document, Statement: [{ ...statement, Resource }] })
    const wrong = JSON.stringify({
      ...document,
      Statement: [{ ...statement, Principal: { AWS: `${person.arn}-gone` } }],
    })
    const text = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
    await bad(patch(restApiId, ["replace", "/policy", wrong]), text)
    await bad(patch(restApiId, ["replace", "/policy", "{"]), text)
    assert.equal((await gateway.getRestApi({ restApiId })).policy, policy)
    assert.equal((await patch(restApiId, ["replace", "/policy", ""])).policy, undefined)
  })
})

describe("resources", () => {
  it("make a tree of paths", async () => {
    const { restApiId, rootId } = await world.makeApi()
    const make = (parentId: string, pathPart: string) => gateway.createResource({ restApiId, parentId, pathPart })
    const pets = await make(rootId, "pets")
    assert.equal(pets.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(pets), { id: pets.id, parentId: rootId, pathPart: "pets", path: "/pets" })
    const pet = await make(pets.id!, "{petId}")
    assert.equal(pet.path, "/pets/{petId}")
    const photos = await make(pet.id!, "photos")
    await conflicts(make(rootId, "pets"), "Another resource with the same parent already has this name: pets")
    await bad(
      make(pets.id!, "{other}"),
      "A sibling ({petId}) of this resource already has a variable path part -- only one is allowed",
    )
    await bad(make(rootId, "a b"), /^Resource's path part only allow/)
    await missing(make("nobody", "x"), "Invalid Resource identifier specified")
    const proxy = await make(rootId, "{proxy+}")
    await bad(make(proxy.id!, "x"), "Cannot create a child of a resource with a greedy path variable: {proxy+}")

    const update = (resourceId: string, op: Op, path: string, value?: string) =>
      gateway.updateResource({ restApiId, resourceId, patchOperations: [{ op, path, value }] })
    await update(pets.id!, "replace", "/pathPart", "animals")
    const path = async (resourceId: string) => (await gateway.getResource({ restApiId, resourceId })).path
    assert.equal(await path(photos.id!), "/animals/{petId}/photos")
    await update(photos.id!, "replace", "/parentId", rootId)
    assert.equal(await path(photos.id!), "/photos")
    await bad(update(pets.id!, "replace", "/parentId", pet.id!), "Resources cannot be cyclical.")
    await bad(update(rootId, "replace", "/pathPart", "x"), "Root resource cannot update its pathPart.")
    await bad(update(rootId, "replace", "/parentId", "x"), "Root resource cannot update its parentId.")
    await bad(
      update(pets.id!, "replace", "/invalid", "x"),
      "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
    )
    await bad(
      update(pets.id!, "remove", "/pathPart"),
      "Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations",
    )
    await conflicts(
      update(photos.id!, "replace", "/pathPart", "animals"),
      "Another resource with the same parent already has this name: animals",
    )

    assert.equal((await gateway.deleteResource({ restApiId, resourceId: pets.id! })).$metadata.httpStatusCode, 202)
    await missing(gateway.getResource({ restApiId, resourceId: pet.id! }), "Invalid Resource identifier specified")
    await missing(gateway.deleteResource({ restApiId, resourceId: pet.id! }), "Invalid Resource identifier specified")
    await bad(gateway.deleteResource({ restApiId, resourceId: rootId }), /Root resource/)
    assert.equal(await path(photos.id!), "/photos")
  })

  it("are three hundred at most", async () => {
    const api = await world.makeApi()
    for (let i = 1; i < 300; i++) await world.makeResource(api, `r${i}`)
    await refuses(
      world.makeResource(api, "more"),
      "LimitExceededException",
      429,
      "Maximum number of resources for this API has been reached. Please contact AWS if you need additional resources.",
    )
    const first = await gateway.getResources({ restApiId: api.restApiId, limit: 500 })
    assert.equal(first.items!.length, 300)
    assert.equal(first.position, undefined)
  })
})
