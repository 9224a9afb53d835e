import type { Kinesis } from "@aws-sdk/client-kinesis"
import type { Service } from "../../src/service.ts"
import { services } from "../../src/services.ts"
import type { ClientOptions } from "../harness/server.ts"
import { HELLO, TRUSTS_LAMBDA } from "./lambda-world.ts"

export type Input = Record<string, unknown>

export interface AnyClient {
  send(command: unknown): Promise<unknown>
  destroy(): void
}

/** A client of each service, and things that are there, by the names of the members that mean them. */
export interface FuzzWorld extends Disposable {
  clients: ReadonlyMap<string, AnyClient>
  things: Readonly<Input>
}

export async function openFuzzWorld(options: ClientOptions): Promise<FuzzWorld> {
  const clients = new Map<string, AnyClient>()
  // What answers on hosts of its own alone has no client.
  for (const { name, operations } of services)
    if (operations.length > 0) clients.set(name, await clientOf(name, options))
  const make = async (service: string, operation: string, input: Input) =>
    (await clients.get(service)!.send(new (commandOf(service, operation))(input))) as Record<string, Input>
  await make("s3", "CreateBucket", { Bucket: "fuzzed" })
  await make("s3", "PutObject", { Bucket: "fuzzed", Key: "key", Body: "body" })
  const id = { AttributeName: "id" }
  await make("dynamodb", "CreateTable", {
    TableName: "fuzzed",
    KeySchema: [{ ...id, KeyType: "HASH" }],
    AttributeDefinitions: [{ ...id, AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  })
  await make("iam", "CreateUser", { UserName: "fuzzed" })
  const { UserPool } = await make("cognito-idp", "CreateUserPool", { PoolName: "fuzzed" })
  const pool = { UserPoolId: UserPool!.Id, Username: "fuzzed", GroupName: "fuzzed" }
  const { UserPoolClient } = await make("cognito-idp", "CreateUserPoolClient", { ...pool, ClientName: "fuzzed" })
  await make("cognito-idp", "AdminCreateUser", { ...pool, MessageAction: "SUPPRESS" })
  await make("cognito-idp", "CreateGroup", pool)
  const { IdentityPoolId } = await make("cognito-identity", "CreateIdentityPool", {
    IdentityPoolName: "fuzzed",
    AllowUnauthenticatedIdentities: true,
  })
  const { IdentityId } = await make("cognito-identity", "GetId", { IdentityPoolId })
  const objects = { Bucket: "fuzzed", Key: "key", CopySource: "fuzzed/key", UploadId: "none", VersionId: "null" }
  const owners = { ExpectedBucketOwner: "123456789012", ExpectedSourceBucketOwner: "123456789012" }
  await make("logs", "CreateLogGroup", { logGroupName: "fuzzed" })
  await make("logs", "CreateLogStream", { logGroupName: "fuzzed", logStreamName: "fuzzed" })
  const functions = await makeFunction(make)
  const gateway = { ...(await makeRestApi(make)), ...(await makeHttpApi(make)) }
  const logs = { logGroupName: "fuzzed", logStreamName: "fuzzed" }
  const { KeyMetadata } = await make("kms", "CreateKey", {})
  await make("kms", "CreateAlias", { AliasName: "alias/fuzzed", TargetKeyId: KeyMetadata!.KeyId })
  const { CiphertextBlob } = await make("kms", "Encrypt", {
    KeyId: KeyMetadata!.KeyId,
    Plaintext: Buffer.from("fuzzed"),
  })
  const keys = { KeyId: KeyMetadata!.KeyId, TargetKeyId: KeyMetadata!.KeyId, AliasName: "alias/fuzzed", CiphertextBlob }
  const streams = await makeStream(make)
  return {
    clients,
    things: {
      ...keys,
      ...streams,
      ...logs,
      ...functions,
      ...gateway,
      ...objects,
      ...owners,
      ...pool,
      ClientId: UserPoolClient!.ClientId,
      TableName: "fuzzed",
      UserName: "fuzzed",
      IdentityPoolId,
      IdentityId,
    },
    [Symbol.dispose]() {
      for (const client of clients.values()) client.destroy()
    },
  }
}

type Make = (service: string, operation: string, input: Input) => Promise<Record<string, Input>>

/** A function with a version, an alias and a layer. */
async function makeFunction(make: Make): Promise<Input> {
  const { Role } = await make("iam", "CreateRole", { RoleName: "fuzzed", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  const Code = { ZipFile: HELLO }
  const FunctionName = "fuzzed"
  const runtime = { Runtime: "nodejs24.x", Handler: "index.handler" }
  await make("lambda", "CreateFunction", { FunctionName, ...runtime, Role: Role!.Arn, Code, Publish: true })
  await make("lambda", "CreateAlias", { FunctionName, Name: "fuzzed", FunctionVersion: "1" })
  await make("lambda", "PublishLayerVersion", { LayerName: "fuzzed", Content: Code })
  return { FunctionName, LayerName: "fuzzed", Qualifier: "fuzzed", FunctionVersion: "1", Role: Role!.Arn }
}

/** A REST API with a method, a deployment and a stage, and a key in a usage plan of it. */
async function makeRestApi(make: Make): Promise<Input> {
  const { id: restApiId, rootResourceId: resourceId } = await make("apigateway", "CreateRestApi", { name: "fuzzed" })
  const method = { restApiId, resourceId, httpMethod: "GET" }
  await make("apigateway", "PutMethod", { ...method, authorizationType: "NONE" })
  await make("apigateway", "PutIntegration", { ...method, type: "MOCK" })
  const response = { ...method, statusCode: "200" }
  await make("apigateway", "PutMethodResponse", response)
  await make("apigateway", "PutIntegrationResponse", response)
  const { id: deploymentId } = await make("apigateway", "CreateDeployment", { restApiId, stageName: "fuzzed" })
  const { id: usagePlanId } = await make("apigateway", "CreateUsagePlan", {
    name: "fuzzed",
    apiStages: [{ apiId: restApiId, stage: "fuzzed" }],
    quota: { limit: 10, period: "DAY" },
  })
  const { id: keyId } = await make("apigateway", "CreateApiKey", { name: "fuzzed" })
  await make("apigateway", "CreateUsagePlanKey", { usagePlanId, keyId, keyType: "API_KEY" })
  const ids = { deploymentId, stageName: "fuzzed", modelName: "Empty", usagePlanId, keyId, apiKey: keyId }
  return { ...response, parentId: resourceId, ...ids, startDate: "2026-01-01", endDate: "2026-01-31" }
}

/** An HTTP API with a route, an authorizer, a stage that is deployed, and a domain name that leads to it. */
async function makeHttpApi(make: Make): Promise<Input> {
  const { ApiId } = await make("apigatewayv2", "CreateApi", { Name: "fuzzed", ProtocolType: "HTTP" })
  const { IntegrationId } = await make("apigatewayv2", "CreateIntegration", {
    ApiId,
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "GET",
    IntegrationUri: "https://example.com",
    PayloadFormatVersion: "1.0",
  })
  const Target = `integrations/${String(IntegrationId)}`
  const { RouteId } = await make("apigatewayv2", "CreateRoute", { ApiId, RouteKey: "GET /fuzzed", Target })
  const { AuthorizerId } = await make("apigatewayv2", "CreateAuthorizer", {
    ApiId,
    Name: "fuzzed",
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: "https://login.example.com", Audience: ["fuzzed"] },
  })
  const StageName = "fuzzed"
  const { DeploymentId } = await make("apigatewayv2", "CreateDeployment", { ApiId })
  await make("apigatewayv2", "CreateStage", { ApiId, StageName, DeploymentId })
  const CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/fuzzed"
  const DomainName = "fuzzed.example.com"
  await make("apigatewayv2", "CreateDomainName", { DomainName, DomainNameConfigurations: [{ CertificateArn }] })
  const { ApiMappingId } = await make("apigatewayv2", "CreateApiMapping", { DomainName, ApiId, Stage: StageName })
  const ids = { ApiId, IntegrationId, RouteId, AuthorizerId, StageName, Stage: StageName, DeploymentId, Target }
  return { ...ids, DomainName, ApiMappingId, RouteKey: "GET /fuzzed" }
}

/** A stream of one shard, with a consumer and a place to read it from. */
async function makeStream(make: Make): Promise<Input> {
  const StreamName = "fuzzed"
  const StreamARN = "arn:aws:kinesis:us-east-1:123456789012:stream/fuzzed"
  const ShardId = "shardId-000000000000"
  await make("kinesis", "CreateStream", { StreamName, ShardCount: 1 })
  const { Consumer } = await make("kinesis", "RegisterStreamConsumer", { StreamARN, ConsumerName: "fuzzed" })
  const begun = await make("kinesis", "GetShardIterator", { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" })
  return { StreamName, StreamARN, ShardId, ConsumerARN: Consumer!.ConsumerARN, ShardIterator: begun.ShardIterator }
}

/** Of services whose client is named otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  "cognito-idp": "cognito-identity-provider",
  logs: "cloudwatch-logs",
  apigateway: "api-gateway",
  dynamodbstreams: "dynamodb-streams",
}

async function clientOf(service: string, options: ClientOptions): Promise<AnyClient> {
  const name = NAMES[service] ?? service
  const module = (await import(`@aws-sdk/client-${name}`)) as Record<string, new (options: object) => AnyClient>
  const [, Client] = Object.entries(module).find(([key]) => /Client$/.test(key) && key !== "__Client")!
  const client = new Client({ ...options, maxAttempts: 1, forcePathStyle: true })
  if (service === "kinesis") withoutStreamId(client as unknown as Kinesis)
  return client
}

/** The client takes one for the name of a host of AWS's, and asks there. */
const withoutStreamId = ({ middlewareStack }: Kinesis): void =>
  middlewareStack.add(
    (next) => (args) => {
      const { StreamId: _, ...input } = args.input as Input
      return next({ ...args, input })
    },
    { step: "initialize", priority: "high" },
  )

const commandOf = (service: string, operation: string): (new (input: Input) => object) =>
  services.find(({ name }) => name === service)!.operations.find(({ name }) => name === operation)!.Command

/** The input about things that are there, with values that AWS's model lists. What deletes is asked of others. */
export function groundedOf(
  { things }: FuzzWorld,
  { constraints }: Service,
  operation: string,
  input: Input,
  draw: number,
): Input {
  const structure = constraints.structures[constraints.inputs[operation] ?? ""] as
    | Record<string, { enum?: string[] }>
    | undefined
  const isKept = !/^(Admin)?Delete/.test(operation)
  return Object.fromEntries(
    Object.entries(input).map(([member, value]) => {
      const listed = structure?.[member]?.enum
      if (listed) return [member, listed[draw % listed.length]]
      return [member, isKept && typeof value === "string" && Object.hasOwn(things, member) ? things[member] : value]
    }),
  )
}
