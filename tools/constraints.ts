/**
 * Writes `src/services/<service>/constraints.json` from a folder of AWS's published models in reduced form
 * (`<service>.json`: apiVersion, inputs, structures): `node tools/constraints.ts <folder>`.
 *
 * Of a service that has no such model the constraints file itself is the model: what it limits was written by hand from the
 * API reference, for the operations that are built, and the tool adds the rest to it.
 *
 * Beside what the models say, the files carry what only the SDK has: the order of the members, in which AWS tells of what
 * is wrong with them, and which values are sensitive and so left out of the text.
 */
import { createHash } from "node:crypto"
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as apigateway from "@aws-sdk/client-api-gateway"
import * as apigatewayv2 from "@aws-sdk/client-apigatewayv2"
import * as logs from "@aws-sdk/client-cloudwatch-logs"
import * as cognitoIdentity from "@aws-sdk/client-cognito-identity"
import * as cognitoIdp from "@aws-sdk/client-cognito-identity-provider"
import * as cognitoSync from "@aws-sdk/client-cognito-sync"
import * as dynamodb from "@aws-sdk/client-dynamodb"
import * as dynamodbstreams from "@aws-sdk/client-dynamodb-streams"
import * as iam from "@aws-sdk/client-iam"
import * as kinesis from "@aws-sdk/client-kinesis"
import * as kms from "@aws-sdk/client-kms"
import * as lambda from "@aws-sdk/client-lambda"
import * as organizations from "@aws-sdk/client-organizations"
import * as s3 from "@aws-sdk/client-s3"
import * as sts from "@aws-sdk/client-sts"
import type { Constraint, Constraints } from "../src/wire/constraints/model.ts"
import { type Member, membersOf, readShape } from "../src/wire/schema.ts"
import { root } from "./sources.ts"

export const CLIENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "cognito-idp": cognitoIdp,
  "cognito-identity": cognitoIdentity,
  "cognito-sync": cognitoSync,
  iam,
  sts,
  s3,
  dynamodb,
  dynamodbstreams,
  organizations,
  lambda,
  kms,
  logs,
  apigateway,
  apigatewayv2,
  kinesis,
}

type Structures = Record<string, Record<string, Constraint>>
export type ConstraintsFile = Constraints & { digest: string; structures: Structures }

/**
 * Orders that are known not to be the model's. DynamoDB names `writeCapacityUnits`, `attributeType` and the attribute of a
 * time to live first, Cognito the password before the name and the group before the user: as texts show that clients of
 * theirs quote.
 */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  "dynamodb.ProvisionedThroughput": ["WriteCapacityUnits", "ReadCapacityUnits"],
  "dynamodb.AttributeDefinition": ["AttributeType", "AttributeName"],
  "dynamodb.TimeToLiveSpecification": ["AttributeName", "Enabled"],
  "cognito-idp.SignUpRequest": ["Password", "Username"],
  "cognito-idp.AdminAddUserToGroupRequest": ["GroupName", "Username"],
}

const POOL_ID: Constraint = { max: 55, min: 1, pattern: "[\\w-]+_[0-9a-zA-Z]+", required: true }
const CLIENT_ID: Constraint = { max: 128, min: 1, pattern: "[\\w+]+", required: true }
const USERNAME: Constraint = { max: 128, min: 1, pattern: "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", required: true }
const REGION_NAME: Constraint = { max: 32, min: 5, required: true }
const ACCESS_TOKEN: Constraint = { pattern: "[A-Za-z0-9-_=.]+", required: true }
/** Source: SessionDescriptionType, SessionId. */
const SESSION_ID: Constraint = { max: 28, min: 28, pattern: "(tkn|sso)[a-z0-9]+", required: true }
const LINKED: Constraint = { enum: ["NONE", "LINKED"] }

/** Inputs that are newer than the models: what they take, or which other takes the same (API reference). */
const NEWER: Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, Constraint>>>>>> = {
  "cognito-idp": {
    AdminGetUserAuthFactorsRequest: "AdminGetUserRequest",
    GetClientTokenRequest: {
      ClientId: CLIENT_ID,
      Secret: { max: 64, min: 1, pattern: "[\\w+]+", required: true },
      Scopes: { max: 50, member: { max: 256, min: 1, pattern: "[\\x21\\x23-\\x5B\\x5D-\\x7E]+" } },
    },
    DescribeTermsByClientRequest: {
      ClientId: CLIENT_ID,
      UserPoolId: POOL_ID,
      TermsName: { required: true },
    },
    CreateUserPoolReplicaRequest: { UserPoolId: POOL_ID, RegionName: REGION_NAME },
    DeleteUserPoolReplicaRequest: { UserPoolId: POOL_ID, RegionName: REGION_NAME },
    ListUserPoolReplicasRequest: { UserPoolId: POOL_ID },
    UpdateUserPoolReplicaRequest: { UserPoolId: POOL_ID, RegionName: REGION_NAME, Status: { required: true } },
    GetProvisionedLimitRequest: { LimitDefinition: { structure: "LimitDefinitionType", required: true } },
    UpdateProvisionedLimitRequest: {
      LimitDefinition: { structure: "LimitDefinitionType", required: true },
      RequestedLimitValue: { required: true },
    },
    LimitDefinitionType: { LimitClass: { required: true }, Attributes: { required: true } },
    AdminDeleteSoftwareTokenRequest: { UserPoolId: POOL_ID, Username: USERNAME },
    GetUserPoolSessionConfigurationRequest: { UserPoolId: POOL_ID },
    SetUserPoolSessionConfigurationRequest: {
      UserPoolId: POOL_ID,
      UserSessionTracking: { enum: ["ENABLED", "DISABLED"], required: true },
      TokenSession: { structure: "UserPoolTokenSessionConfigType", required: true },
    },
    UserPoolTokenSessionConfigType: { MaxPerUser: { max: 100, min: 1, required: true } },
    GetUserPoolClientSessionConfigurationRequest: { UserPoolId: POOL_ID, ClientId: CLIENT_ID },
    SetUserPoolClientSessionConfigurationRequest: {
      UserPoolId: POOL_ID,
      ClientId: CLIENT_ID,
      SSOSession: { structure: "ClientSSOSessionConfigType", required: true },
    },
    ClientSSOSessionConfigType: { MaxValidityMinutes: { max: 129_600, min: 0, required: true } },
    ListUserSessionsRequest: { AccessToken: ACCESS_TOKEN },
    RevokeUserSessionRequest: { AccessToken: ACCESS_TOKEN, SessionId: SESSION_ID, RevokeAssociatedSessions: LINKED },
    AdminListUserSessionsRequest: { UserPoolId: POOL_ID, Username: USERNAME },
    AdminRevokeUserSessionRequest: {
      UserPoolId: POOL_ID,
      Username: USERNAME,
      SessionId: SESSION_ID,
      RevokeAssociatedSessions: LINKED,
    },
  },
}

/** Values of enumerations that are newer than the models (API reference). */
const NEWER_VALUES: Readonly<Record<string, readonly string[]>> = {
  "CreateUserPoolClientRequest.ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
  "UpdateUserPoolClientRequest.ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
}

function withNewerValues(name: string, constraint: Constraint): Constraint {
  const values = NEWER_VALUES[name]
  const known = constraint.member?.enum
  if (!values || !known) return constraint
  return { ...constraint, member: { ...constraint.member, enum: [...new Set([...known, ...values])] } }
}

/** Recorded from IAM (06-03-2025): these operations keep values out of their texts. */
const SHY = /^iam\.(Update|Reset|Delete)ServiceSpecificCredentialRequest$/
/** Sensitive in the model, and shown all the same (boto3 #3581). */
const SHOWN = new Set(["ClientIdType"])

export const constraintsPath = (service: string): string => join(root, "src/services", service, "constraints.json")

export const digestOf = ({ inputs, structures }: Constraints): string =>
  createHash("sha256")
    .update(JSON.stringify([inputs, structures]))
    .digest("hex")

/** The structures that the client of a service has, by name. */
export function schemasOf(service: string): ReadonlyMap<string, readonly Member[]> {
  const shapes = Object.values(CLIENTS[service]!).filter((value) => Array.isArray(value) && [3, 4].includes(value[0]))
  return new Map(shapes.map((schema) => [String((schema as unknown[])[2]), membersOf(readShape(schema))]))
}

/** The operations of the client, and the names of their inputs: the models leave out those that take nothing. */
export function operationsOf(service: string): Record<string, string | null> {
  const operations = Object.values(CLIENTS[service]!).filter((value) => Array.isArray(value) && value[0] === 9)
  return Object.fromEntries(
    operations.map((schema) => {
      const [, , name, , input] = schema as unknown[]
      return [String(name), readShape(input).name || null]
    }),
  )
}

/** Of services whose client is named otherwise. */
const PACKAGES: Readonly<Record<string, string>> = {
  "cognito-idp": "cognito-identity-provider",
  dynamodbstreams: "dynamodb-streams",
  logs: "cloudwatch-logs",
  apigateway: "api-gateway",
}

/** The members of the SDK's declarations: the model's order, where the schemas put the required ones first. */
function declaredOrders(service: string): ReadonlyMap<string, readonly string[]> {
  const packageName = PACKAGES[service] ?? service
  const orders = new Map<string, readonly string[]>()
  for (const file of globSync(`node_modules/@aws-sdk/client-${packageName}/dist-types/models/*.d.ts`, { cwd: root })) {
    const text = readFileSync(join(root, file), "utf8")
    for (const [, name, body] of text.matchAll(/^export interface (\w+)[^{]*\{([\s\S]*?)^\}/gm)) {
      orders.set(
        name!,
        [...body!.matchAll(/^ {4}(\w+)\??:/gm)].map(([, member]) => member!),
      )
    }
  }
  return orders
}

function completed(service: string, model: Constraints): ConstraintsFile {
  const declared = declaredOrders(service)
  const schemas = schemasOf(service)
  const known = model.structures as Structures
  const newer = Object.entries(NEWER[service] ?? {}).map(
    ([name, like]) => [name, typeof like === "string" ? known[like]! : like] as const,
  )
  const all = Object.entries({ ...Object.fromEntries(newer), ...known }).sort(([a], [b]) => (a < b ? -1 : 1))
  const structures = Object.fromEntries(
    all.map(([name, members]) => {
      const order = [...(ORDERS[`${service}.${name}`] ?? []), ...(declared.get(name) ?? [])]
      const place = (member: string): number => order.indexOf(member) + 1 || order.length + 1
      const sorted = Object.entries(members).sort(([a], [b]) => place(a) - place(b))
      const ofClient = new Map(schemas.get(name)?.map((member) => [member.memberName, member]))
      return [
        name,
        Object.fromEntries(
          sorted.map(([member, { sensitive: _, ...model }]) => {
            const constraint = withNewerValues(`${name}.${member}`, model)
            return [
              member,
              isSensitive(`${service}.${name}`, ofClient.get(member)) ? { ...constraint, sensitive: true } : constraint,
            ]
          }),
        ),
      ]
    }),
  )
  const inputs = { ...operationsOf(service), ...model.inputs }
  const sorted = Object.fromEntries(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)))
  const file = { service, apiVersion: model.apiVersion, digest: "", inputs: sorted, structures }
  return { ...file, digest: digestOf(file) }
}

function isSensitive(structure: string, member: Member | undefined): boolean {
  if (SHY.test(structure)) return true
  const isText = member?.kind === "string" || member?.kind === "map"
  return isText && member.own.sensitive === 1 && !SHOWN.has(member.name)
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) throw new Error("usage: node tools/constraints.ts <folder of models>")
  for (const service of Object.keys(CLIENTS)) {
    const published = join(folder, `${service}.json`)
    const source = existsSync(published) ? published : constraintsPath(service)
    const model = JSON.parse(readFileSync(source, "utf8")) as Constraints
    writeFileSync(constraintsPath(service), `${JSON.stringify(completed(service, model), null, 1)}\n`)
  }
}
