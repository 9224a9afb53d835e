import { createHash } from "node:crypto"
import type { Template, TemplateResource } from "./template.ts"

/** What a resource is called once it is there, as far as that can be known without deploying it. */
export interface PhysicalNames {
  /** What Ref gives. */
  ref: string
  /** What Fn::GetAtt gives. */
  attributes: Readonly<Record<string, string>>
}

/** Reads a property, with its functions resolved. */
export type ReadProperty = (name: string) => string | undefined

type Naming = (names: { id: string; read: ReadProperty; arn: ArnOf; resource: TemplateResource }) => PhysicalNames
type ArnOf = (service: string, resource: string, parts?: { region?: "" | string; account?: "" | string }) => string

const GLOBAL = { region: "" }
const named =
  (property: string, name: (physical: string, arn: ArnOf, read: ReadProperty) => PhysicalNames): Naming =>
  ({ id, read, arn }) =>
    name(read(property) ?? id, arn, read)

const withArn = (ref: string, Arn: string): PhysicalNames => ({ ref, attributes: { Arn } })

/** By type. Names that CloudFormation would make up are the logical id, and ids that a service would are made of it. */
const NAMINGS: Readonly<Record<string, Naming>> = {
  "AWS::IAM::Role": named("RoleName", (name, arn, read) =>
    withArn(name, arn("iam", `role${read("Path") ?? "/"}${name}`, GLOBAL)),
  ),
  "AWS::IAM::User": named("UserName", (name, arn, read) =>
    withArn(name, arn("iam", `user${read("Path") ?? "/"}${name}`, GLOBAL)),
  ),
  "AWS::IAM::Group": named("GroupName", (name, arn, read) =>
    withArn(name, arn("iam", `group${read("Path") ?? "/"}${name}`, GLOBAL)),
  ),
  "AWS::IAM::ManagedPolicy": named("ManagedPolicyName", (name, arn, read) => {
    const PolicyArn = arn("iam", `policy${read("Path") ?? "/"}${name}`, GLOBAL)
    return { ref: PolicyArn, attributes: { PolicyArn } }
  }),
  "AWS::S3::Bucket": ({ id, read, arn }) => {
    const name = read("BucketName") ?? id.toLowerCase()
    return withArn(name, arn("s3", name, { region: "", account: "" }))
  },
  "AWS::DynamoDB::Table": named("TableName", (name, arn) => withArn(name, arn("dynamodb", `table/${name}`))),
  "AWS::DynamoDB::GlobalTable": named("TableName", (name, arn) => withArn(name, arn("dynamodb", `table/${name}`))),
  "AWS::Kinesis::Stream": named("Name", (name, arn) => withArn(name, arn("kinesis", `stream/${name}`))),
  "AWS::Lambda::Function": named("FunctionName", (name, arn) => withArn(name, arn("lambda", `function:${name}`))),
  "AWS::Serverless::Function": named("FunctionName", (name, arn) => withArn(name, arn("lambda", `function:${name}`))),
  "AWS::SNS::Topic": named("TopicName", (name, arn) => {
    const TopicArn = arn("sns", name)
    return { ref: TopicArn, attributes: { TopicArn, TopicName: name } }
  }),
  "AWS::SQS::Queue": named("QueueName", (name, arn) => ({
    ref: name,
    attributes: { Arn: arn("sqs", name), QueueName: name },
  })),
  "AWS::Logs::LogGroup": named("LogGroupName", (name, arn) => withArn(name, arn("logs", `log-group:${name}:*`))),
  "AWS::StepFunctions::StateMachine": named("StateMachineName", (name, arn) => {
    const Arn = arn("states", `stateMachine:${name}`)
    return { ref: Arn, attributes: { Arn, Name: name } }
  }),
  "AWS::KMS::Key": ({ id, arn }) => withArn(uuidOf(id), arn("kms", `key/${uuidOf(id)}`)),
  "AWS::ApiGateway::RestApi": ({ id }) => ({ ref: shortIdOf(id), attributes: { RestApiId: shortIdOf(id) } }),
  "AWS::ApiGatewayV2::Api": ({ id }) => ({ ref: shortIdOf(id), attributes: { ApiId: shortIdOf(id) } }),
  "AWS::Cognito::UserPoolGroup": named("GroupName", (name) => ({ ref: name, attributes: {} })),
  "AWS::Cognito::UserPoolClient": ({ id }) => ({
    ref: shortIdOf(id),
    attributes: { ClientId: shortIdOf(id) },
  }),
}

export function findPhysicalNames(
  resource: TemplateResource,
  read: ReadProperty,
  { account, region }: Template,
): PhysicalNames | undefined {
  const { logicalId: id, type } = resource
  const arn: ArnOf = (service, name, parts = {}) =>
    `arn:aws:${service}:${parts.region ?? region}:${parts.account ?? account}:${name}`
  if (type === "AWS::Cognito::IdentityPool") {
    const poolId = `${region}:${uuidOf(id)}`
    return { ref: poolId, attributes: { Id: poolId, Name: read("IdentityPoolName") ?? id } }
  }
  if (type === "AWS::Cognito::UserPool") {
    const poolId = `${region}_${shortIdOf(id).slice(0, 9)}`
    const ProviderName = `cognito-idp.${region}.amazonaws.com/${poolId}`
    const attributes = { UserPoolId: poolId, Arn: arn("cognito-idp", `userpool/${poolId}`), ProviderName }
    return { ref: poolId, attributes: { ...attributes, ProviderURL: `https://${ProviderName}` } }
  }
  return Object.hasOwn(NAMINGS, type) ? NAMINGS[type]!({ id, read, arn, resource }) : undefined
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex")

/** The same for the same text, every time. */
export function uuidOf(text: string): string {
  const hex = digestOf(text)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-")
}

const shortIdOf = (text: string): string =>
  BigInt(`0x${digestOf(text)}`)
    .toString(36)
    .slice(0, 10)
