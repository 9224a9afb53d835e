import assert from "node:assert/strict"
import { X509Certificate } from "node:crypto"
import { after, before, describe, it } from "node:test"
import type { APIGateway, Op } from "@aws-sdk/client-api-gateway"
import { IAM } from "@aws-sdk/client-iam"
import { bad, bare, conflicts, type GatewayWorld, missing, openGatewayWorld, refuses } from "./apigateway-world.ts"
import { policy, trust } from "./iam-world.ts"

let world: GatewayWorld
let gateway: APIGateway
before(async () => {
  world = await openGatewayWorld()
  gateway = world.gateway
})
after(() => world[Symbol.asyncDispose]())

const operations = (...all: [op: string, path: string, value?: string][]) =>
  all.map(([op, path, value]) => ({ op: op as Op, path, value }))
const certificate = (id = "1") => `arn:aws:acm:us-east-1:${world.server.account}:certificate/${id}`
const arn = (path: string) => `arn:aws:apigateway:${world.server.client.region}::${path}`

describe("the account", () => {
  const usual = {
    throttleSettings: { burstLimit: 5000, rateLimit: 10000 },
    features: ["UsagePlans"],
    apiKeyVersion: "4",
  }

  it("gives a role to write logs with, which must be able to", async () => {
    const iam = new IAM(world.server.client)
    const refusedText =
      "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy."
    assert.deepEqual(bare(await gateway.getAccount({})), usual)
    const set = (value: string) =>
      gateway.updateAccount({ patchOperations: operations(["replace", "/cloudwatchRoleArn", value]) })
    const make = async (RoleName: string, service: string) =>
      (await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust({ Service: service }) })).Role!.Arn!
    await bad(set(`arn:aws:iam::${world.server.account}:role/none`), refusedText)
    await bad(set(await make("other", "lambda.amazonaws.com")), refusedText)
    assert.match(await world.server.explain(), /does not trust API Gateway[\s\S]*UpdateAssumeRolePolicy/)
    const role = await make("logger", "apigateway.amazonaws.com")
    await bad(set(role), refusedText)
    assert.match(await world.server.explain(), /may not logs:CreateLogGroup[\s\S]*AmazonAPIGatewayPushToCloudWatchLogs/)
    await iam.putRolePolicy({
      RoleName: "logger",
      PolicyName: "logs",
      PolicyDocument: policy({ Action: "logs:*", Resource: "*" }),
    })
    assert.deepEqual(bare(await set(role)), { cloudwatchRoleArn: role, ...usual })
    assert.deepEqual(bare(await gateway.getAccount({})), { cloudwatchRoleArn: role, ...usual })

    const { restApiId, deploymentId } = await world.makeDeployed()
    await gateway.createStage({ restApiId, stageName: "prod", deploymentId })
    const logGroup = `arn:aws:logs:us-east-1:${world.server.account}:log-group:access`
    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateStage({ restApiId, stageName: "prod", patchOperations: operations(...all) })
    const stage = await update(
      ["replace", "/accessLogSettings/destinationArn", logGroup],
      ["replace", "/accessLogSettings/format", "$context.requestId"],
      ["replace", "/*/*/logging/loglevel", "INFO"],
    )
    assert.deepEqual(stage.accessLogSettings, { destinationArn: logGroup, format: "$context.requestId" })
    assert.equal(stage.methodSettings!["*/*"]!.loggingLevel, "INFO")
    assert.equal((await update(["remove", "/accessLogSettings"])).accessLogSettings, undefined)

    assert.deepEqual(bare(await set("")), usual)
    await bad(
      gateway.updateAccount({ patchOperations: operations(["replace", "/apiKeyVersion", "5"]) }),
      "Invalid patch path /apiKeyVersion",
    )
  })
})

describe("custom domain names", () => {
  it("are read back by what they are: of the edge or of the region", async () => {
    const edge = await gateway.createDomainName({ domainName: "edge.example.com", certificateArn: certificate() })
    assert.equal(edge.$metadata.httpStatusCode, 201)
    assert.match(edge.distributionDomainName!, /^d-[a-z0-9]{10}\.cloudfront\.net$/)
    const { distributionDomainName: _, ...rest } = edge
    assert.deepEqual(bare(rest), {
      domainName: "edge.example.com",
      domainNameArn: arn("/domainnames/edge.example.com"),
      certificateArn: certificate(),
      distributionHostedZoneId: "Z2FDTNDATAQYW2",
      endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
      domainNameStatus: "AVAILABLE",
      securityPolicy: "TLS_1_2",
      routingMode: "BASE_PATH_MAPPING_ONLY",
      tags: {},
    })
    const regional = await gateway.createDomainName({
      domainName: "api.example.com",
      regionalCertificateArn: certificate(),
      endpointConfiguration: { types: ["REGIONAL"] },
      tags: { team: "pets" },
    })
    assert.equal(regional.regionalCertificateArn, certificate())
    assert.ok(regional.regionalDomainName && regional.regionalHostedZoneId)
    assert.equal(regional.certificateArn, undefined)
    assert.deepEqual(bare(await gateway.getDomainName({ domainName: "api.example.com" })), bare(regional))
    const { items } = await gateway.getDomainNames({})
    assert.deepEqual(
      items!.map(({ domainName }) => domainName),
      ["api.example.com", "edge.example.com"],
    )

    const update = (...all: Parameters<typeof operations>) =>
      gateway.updateDomainName({ domainName: "api.example.com", patchOperations: operations(...all) })
    const changed = await update(
      ["replace", "/regionalCertificateArn", certificate("2")],
      ["replace", "/securityPolicy", "TLS_1_0"],
      ["replace", "/endpointConfiguration/ipAddressType", "dualstack"],
    )
    assert.equal(changed.regionalCertificateArn, certificate("2"))
    assert.equal(changed.securityPolicy, "TLS_1_0")
    await bad(update(["replace", "/certificateArn", certificate()]), "Invalid patch path /certificateArn")
    await bad(update(["replace", "/regionalCertificateArn", "x"]), /certificate ARN/)
    await bad(update(["replace", "/mutualTlsAuthentication/truststoreUri", "s3://b/k"]), /Mutual TLS/)
    const moved = await update(["replace", "/endpointConfiguration/types/REGIONAL", "EDGE"])
    assert.equal(moved.certificateArn, certificate("2"))
    assert.match(moved.distributionDomainName!, /cloudfront/)
    assert.equal((await gateway.deleteDomainName({ domainName: "edge.example.com" })).$metadata.httpStatusCode, 202)
    await missing(gateway.getDomainName({ domainName: "edge.example.com" }), /domain name/)
  })

  it("are refused where they could not be somebody's own", async () => {
    const create = (input: object) =>
      gateway.createDomainName({ domainName: "x.example.com", certificateArn: certificate(), ...input })
    await create({ domainName: "taken.example.com" })
    await bad(create({ domainName: "TAKEN.example.com" }), "The domain name you provided already exists.")
    await bad(create({ domainName: "nodots" }), /domain name/)
    await bad(create({ certificateArn: undefined }), /certificate ARN/)
    await bad(create({ certificateBody: "x", certificatePrivateKey: "y" }), /cannot be uploaded/)
    await bad(create({ endpointConfiguration: { types: ["PRIVATE"] } }), /Private custom domain names/)
    await bad(create({ mutualTlsAuthentication: { truststoreUri: "s3://b/k" } }), /Mutual TLS/)
  })

  it("lead to APIs by base paths", async () => {
    const domainName = "paths.example.com"
    await gateway.createDomainName({ domainName, certificateArn: certificate() })
    const { restApiId, deploymentId } = await world.makeDeployed()
    await gateway.createStage({ restApiId, stageName: "prod", deploymentId })
    const made = await gateway.createBasePathMapping({ domainName, restApiId, stage: "prod" })
    assert.equal(made.$metadata.httpStatusCode, 201)
    assert.deepEqual(bare(made), { basePath: "(none)", restApiId, stage: "prod" })
    const v1 = await gateway.createBasePathMapping({ domainName, restApiId, basePath: "v1" })
    assert.deepEqual(bare(v1), { basePath: "v1", restApiId })
    assert.deepEqual(bare(await gateway.getBasePathMapping({ domainName, basePath: "(none)" })), bare(made))
    assert.deepEqual(bare(await gateway.getBasePathMapping({ domainName, basePath: "v1" })), bare(v1))
    assert.equal((await gateway.getBasePathMappings({ domainName })).items!.length, 2)
    const create = (input: object) => gateway.createBasePathMapping({ domainName, restApiId, basePath: "v2", ...input })
    await conflicts(create({ basePath: "v1" }), "Base path already exists for this domain name")
    await bad(create({ restApiId: "nobody" }), "Invalid REST API identifier specified")
    await bad(create({ stage: "none" }), "Invalid stage identifier specified")
    await bad(create({ basePath: "a/b" }), /^Base path should only contain/)
    await missing(create({ domainName: "none.example.com" }), /domain name/)
    const update = (basePath: string, ...all: Parameters<typeof operations>) =>
      gateway.updateBasePathMapping({ domainName, basePath, patchOperations: operations(...all) })
    const changed = await update("v1", ["replace", "/basePath", "v3"], ["replace", "/stage", "prod"])
    assert.deepEqual(bare(changed), { basePath: "v3", restApiId, stage: "prod" })
    await conflicts(update("v3", ["replace", "/basePath", "(none)"]), "Base path already exists for this domain name")
    await bad(update("v3", ["replace", "/restapiId", "nobody"]), "Invalid REST API identifier specified")
    await bad(update("v3", ["replace", "/other", "x"]), "Invalid patch path /other")
    const { $metadata } = await gateway.deleteBasePathMapping({ domainName, basePath: "v3" })
    assert.equal($metadata.httpStatusCode, 202)
    await missing(gateway.getBasePathMapping({ domainName, basePath: "v3" }), /base path mapping/)
  })

  it("are not shared with other accounts", async () => {
    const domainNameArn = arn("/domainnames/x.example.com")
    const association = {
      domainNameArn,
      accessAssociationSourceType: "VPCE",
      accessAssociationSource: "vpce-1",
    } as const
    await bad(gateway.createDomainNameAccessAssociation(association), /Private custom domain names/)
    assert.deepEqual((await gateway.getDomainNameAccessAssociations({})).items, [])
    const domainNameAccessAssociationArn = arn("/domainnameaccessassociations/x")
    await missing(gateway.deleteDomainNameAccessAssociation({ domainNameAccessAssociationArn }), /access association/)
    await missing(
      gateway.rejectDomainNameAccessAssociation({ domainNameAccessAssociationArn, domainNameArn }),
      /access association/,
    )
  })
})

describe("client certificates", () => {
  it("are certificates that their own key has signed, good for a year", async () => {
    const made = await gateway.generateClientCertificate({ description: "for the backend", tags: { team: "pets" } })
    assert.equal(made.$metadata.httpStatusCode, 201)
    const read = new X509Certificate(made.pemEncodedCertificate!)
    assert.ok(read.verify(read.publicKey))
    assert.match(read.subject, /CN=ApiGateway/)
    assert.equal(read.subject, read.issuer)
    assert.equal(read.validToDate.getTime(), Math.floor(made.expirationDate!.getTime() / 1000) * 1000)
    assert.equal(made.expirationDate!.getTime() - made.createdDate!.getTime(), 365 * 86_400_000)
    const clientCertificateId = made.clientCertificateId!
    assert.deepEqual(bare(await gateway.getClientCertificate({ clientCertificateId })), bare(made))
    const patchOperations = operations(["replace", "/description", "new"])
    const changed = await gateway.updateClientCertificate({ clientCertificateId, patchOperations })
    assert.equal(changed.description, "new")
    assert.equal((await gateway.getClientCertificates({})).items!.length, 1)

    const { restApiId, deploymentId } = await world.makeDeployed()
    await gateway.createStage({ restApiId, stageName: "prod", deploymentId })
    const use = (value: string) =>
      gateway.updateStage({
        restApiId,
        stageName: "prod",
        patchOperations: operations(["replace", "/clientCertificateId", value]),
      })
    assert.equal((await use(clientCertificateId)).clientCertificateId, clientCertificateId)
    await missing(use("nobody"), "Invalid Client Certificate ID specified")
    await gateway.deleteClientCertificate({ clientCertificateId })
    await missing(gateway.getClientCertificate({ clientCertificateId }), "Invalid Client Certificate ID specified")
  })
})

describe("what is not here", () => {
  it("is refused, and never seems to be there", async () => {
    await bad(gateway.createVpcLink({ name: "", targetArns: [certificate()] }), "Name cannot be empty")
    await bad(
      gateway.createVpcLink({ name: "link", targetArns: ["invalid-arn"] }),
      "Invalid ARN. ARN is not well formed invalid-arn",
    )
    await bad(gateway.createVpcLink({ name: "link", targetArns: [certificate()] }), /not supported/)
    const none = "Invalid Vpc Link identifier specified"
    await missing(gateway.getVpcLink({ vpcLinkId: "x" }), none)
    await missing(gateway.deleteVpcLink({ vpcLinkId: "x" }), none)
    await missing(gateway.updateVpcLink({ vpcLinkId: "x" }), none)
    assert.deepEqual((await gateway.getVpcLinks({})).items, [])
    const { items } = await gateway.getSdkTypes({})
    assert.deepEqual(
      items!.map(({ id }) => id),
      ["android", "java", "javascript", "objectivec", "ruby", "swift"],
    )
    assert.equal((await gateway.getSdkType({ id: "javascript" })).friendlyName, "JavaScript")
    await missing(gateway.getSdkType({ id: "cobol" }), /SDK type/)
    await refuses(
      gateway.getSdk({ restApiId: "x", stageName: "y", sdkType: "javascript" }),
      "NotImplemented",
      501,
      "Hallpass does not implement apigateway:GetSdk yet.",
    )
  })
})

describe("tags", () => {
  it("are set, read and taken away of everything that has them", async () => {
    const { restApiId, deploymentId } = await world.makeDeployed()
    await gateway.createStage({ restApiId, stageName: "prod", deploymentId })
    const key = await gateway.createApiKey({ name: "tagged" })
    const plan = await gateway.createUsagePlan({ name: "tagged" })
    const made = await gateway.generateClientCertificate({})
    await gateway.createDomainName({ domainName: "tags.example.com", certificateArn: certificate() })
    for (const path of [
      `/restapis/${restApiId}`,
      `/restapis/${restApiId}/stages/prod`,
      `/apikeys/${key.id}`,
      `/usageplans/${plan.id}`,
      `/clientcertificates/${made.clientCertificateId}`,
      "/domainnames/tags.example.com",
    ]) {
      const resourceArn = arn(path)
      const { $metadata } = await gateway.tagResource({ resourceArn, tags: { a: "1", b: "2" } })
      assert.equal($metadata.httpStatusCode, 204, path)
      assert.deepEqual((await gateway.getTags({ resourceArn })).tags, { a: "1", b: "2" }, path)
      await gateway.untagResource({ resourceArn, tagKeys: ["a"] })
      assert.deepEqual((await gateway.getTags({ resourceArn })).tags, { b: "2" }, path)
    }
    assert.deepEqual((await gateway.getStage({ restApiId, stageName: "prod" })).tags, { b: "2" })
    await missing(gateway.getTags({ resourceArn: arn("/restapis/nobody") }), /API identifier/)
    await bad(gateway.getTags({ resourceArn: arn("/restapis") }), /^Invalid resource ARN/)
    await bad(gateway.getTags({ resourceArn: "nothing" }), /^Invalid resource ARN/)
    const resourceArn = arn(`/restapis/${restApiId}`)
    await bad(gateway.tagResource({ resourceArn, tags: { "aws:x": "1" } }), /aws:/)
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, "v"]))
    await bad(gateway.tagResource({ resourceArn, tags: many }), /limit of 50/)
  })
})
