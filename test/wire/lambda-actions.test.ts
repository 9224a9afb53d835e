import { after, before, test } from "node:test"
import { Lambda } from "@aws-sdk/client-lambda"
import { service } from "../../src/services/lambda/service.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"
import { HELLO, type LambdaWorld, openLambdaWorld } from "./lambda-world.ts"

// Source: service authorization reference, AWS Lambda; developer guide, "Resources and conditions for Lambda actions".

const ACCOUNT = "arn:aws:lambda:us-east-1:123456789012"
const role = "arn:aws:iam::123456789012:role/function-role"
const FunctionName = "there"
const there = `${ACCOUNT}:function:${FunctionName}`
const fresh = `${ACCOUNT}:function:fresh`
const Name = "alias"
const layerVersion = { LayerName: "lib", VersionNumber: 1 }
const lib = `${ACCOUNT}:layer:lib`
const mapping = "00000000-0000-4000-8000-000000000000"
const config = `${ACCOUNT}:code-signing-config:csc-0123456789abcdef0`
const code = { ZipFile: HELLO }
const creation = { FunctionName: "fresh", Runtime: "nodejs24.x", Handler: "index.handler", Role: role, Code: code }
const passed: Case[2] = ["iam:PassRole", role]
const AllowedPublishers = { SigningProfileVersionArns: ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/v"] }

/** The operation's own action on the function, on `qualifier` of it where one is given. */
const onFunction = (operation: string, input: object = {}, qualifier?: string): Case => [
  operation,
  { FunctionName, ...(qualifier && { Qualifier: qualifier }), ...input },
  [`lambda:${operation}`, qualifier ? `${there}:${qualifier}` : there],
]
const invokes = (operation: string, input: object, resource = there): Case => [
  operation,
  { FunctionName, ...input },
  ["lambda:InvokeFunction", resource],
]
const onLayer = (operation: string, input: object = {}): Case => [
  operation,
  { ...layerVersion, ...input },
  [`lambda:${operation}`, `${lib}:1`],
]
const onConfig = (operation: string, input: object = {}): Case => [
  operation,
  { CodeSigningConfigArn: config, ...input },
  [`lambda:${operation}`, config],
]
const onMapping = (operation: string): Case => [
  operation,
  { UUID: mapping },
  [`lambda:${operation}`, `${ACCOUNT}:event-source-mapping:${mapping}`],
]
const onAll = (operation: string, input: object = {}): Case => [operation, input, [`lambda:${operation}`, "*"]]

const CASES: readonly Case[] = [
  ["CreateFunction", creation, ["lambda:CreateFunction", fresh], passed],
  [
    "CreateFunction",
    { ...creation, FunctionName: "fresh2", Tags: { a: "b" }, Layers: [`${lib}:1`] },
    ["lambda:CreateFunction", `${fresh}2`],
    passed,
    ["lambda:TagResource", `${fresh}2`],
    ["lambda:GetLayerVersion", `${lib}:1`],
  ],
  onFunction("GetFunction"),
  onFunction("GetFunction", {}, "$LATEST"),
  onFunction("GetFunction", {}, Name),
  onFunction("GetFunctionConfiguration"),
  onFunction("GetFunctionConfiguration", {}, "1"),
  onAll("ListFunctions"),
  onFunction("ListVersionsByFunction"),
  onFunction("UpdateFunctionCode", code),
  onFunction("UpdateFunctionConfiguration", { Timeout: 4 }),
  ["UpdateFunctionConfiguration", { FunctionName, Role: role }, ["lambda:UpdateFunctionConfiguration", there], passed],
  onFunction("PublishVersion"),
  onFunction("DeleteFunction", {}, "7"),
  onFunction("GetRuntimeManagementConfig"),
  onFunction("PutRuntimeManagementConfig", { UpdateRuntimeOn: "Auto" }),
  onFunction("CreateAlias", { Name: "other", FunctionVersion: "1" }),
  onFunction("GetAlias", { Name }),
  onFunction("ListAliases"),
  onFunction("UpdateAlias", { Name, Description: "d" }),
  onFunction("DeleteAlias", { Name: "other" }),
  ["TagResource", { Resource: there, Tags: { a: "b" } }, ["lambda:TagResource", there]],
  ["UntagResource", { Resource: there, TagKeys: ["a"] }, ["lambda:UntagResource", there]],
  ["ListTags", { Resource: there }, ["lambda:ListTags", there]],
  ["PublishLayerVersion", { LayerName: "lib", Content: code }, ["lambda:PublishLayerVersion", lib]],
  onLayer("GetLayerVersion"),
  ["GetLayerVersionByArn", { Arn: `${lib}:1` }, ["lambda:GetLayerVersion", `${lib}:1`]],
  onAll("ListLayers"),
  onAll("ListLayerVersions", { LayerName: "lib" }),
  onLayer("AddLayerVersionPermission", { StatementId: "s", Action: "lambda:GetLayerVersion", Principal: "*" }),
  onLayer("GetLayerVersionPolicy"),
  onLayer("RemoveLayerVersionPermission", { StatementId: "s" }),
  onLayer("DeleteLayerVersion"),
  onFunction("AddPermission", { StatementId: "s", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com" }),
  onFunction("GetPolicy"),
  onFunction("RemovePermission", { StatementId: "s" }),
  invokes("Invoke", { InvocationType: "DryRun" }),
  invokes("Invoke", { InvocationType: "DryRun", Qualifier: Name }, `${there}:${Name}`),
  invokes("InvokeWithResponseStream", { InvocationType: "DryRun" }),
  invokes("InvokeAsync", { InvokeArgs: Buffer.from("{}") }),
  onFunction("PutFunctionEventInvokeConfig", { MaximumRetryAttempts: 0 }),
  onFunction("UpdateFunctionEventInvokeConfig", { MaximumRetryAttempts: 1 }),
  onFunction("GetFunctionEventInvokeConfig"),
  onFunction("ListFunctionEventInvokeConfigs"),
  onFunction("DeleteFunctionEventInvokeConfig"),
  onFunction("PutFunctionConcurrency", { ReservedConcurrentExecutions: 1 }),
  onFunction("GetFunctionConcurrency"),
  onFunction("DeleteFunctionConcurrency"),
  onFunction("PutProvisionedConcurrencyConfig", { ProvisionedConcurrentExecutions: 1 }, "1"),
  onFunction("GetProvisionedConcurrencyConfig", {}, "1"),
  onFunction("ListProvisionedConcurrencyConfigs"),
  onFunction("DeleteProvisionedConcurrencyConfig", {}, "1"),
  onAll("GetAccountSettings"),
  onFunction("PutFunctionRecursionConfig", { RecursiveLoop: "Allow" }),
  onFunction("GetFunctionRecursionConfig"),
  onAll("CreateCodeSigningConfig", { AllowedPublishers }),
  onAll("ListCodeSigningConfigs"),
  onConfig("GetCodeSigningConfig"),
  onConfig("UpdateCodeSigningConfig", { Description: "d" }),
  onConfig("DeleteCodeSigningConfig"),
  onConfig("ListFunctionsByCodeSigningConfig"),
  onFunction("GetFunctionCodeSigningConfig"),
  onFunction("DeleteFunctionCodeSigningConfig"),
  [
    "PutFunctionCodeSigningConfig",
    { FunctionName, CodeSigningConfigArn: config },
    ["lambda:PutFunctionCodeSigningConfig", there],
    ["lambda:PutFunctionCodeSigningConfig", config],
  ],
  onAll("CreateEventSourceMapping", {
    FunctionName,
    Enabled: false,
    EventSourceArn: "arn:aws:sqs:us-east-1:123456789012:q",
  }),
  onAll("ListEventSourceMappings"),
  onMapping("GetEventSourceMapping"),
  onMapping("UpdateEventSourceMapping"),
  onMapping("DeleteEventSourceMapping"),
  onFunction("CreateFunctionUrlConfig", { AuthType: "NONE" }),
  onFunction("GetFunctionUrlConfig"),
  onFunction("UpdateFunctionUrlConfig", { AuthType: "AWS_IAM" }),
  onFunction("ListFunctionUrlConfigs"),
  onFunction("DeleteFunctionUrlConfig"),
]

let world: LambdaWorld
let caller: Caller
before(async () => {
  world = await openLambdaWorld()
  await world.create(FunctionName)
  await world.lambda.publishVersion({ FunctionName })
  await world.lambda.createAlias({ FunctionName, Name, FunctionVersion: "1" })
  await world.lambda.publishLayerVersion({ LayerName: "lib", Content: code })
  caller = await openCaller(world.server, (options) => new Lambda(options))
})
after(() => world[Symbol.asyncDispose]())

test("every operation has a row", () => assertComplete(CASES, service.operations))

for (const row of CASES) test(titleOf(row), () => assertNeeds(caller, row))
