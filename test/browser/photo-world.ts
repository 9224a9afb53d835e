import { randomUUID } from "node:crypto"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { Lambda } from "@aws-sdk/client-lambda"
import { S3 } from "@aws-sdk/client-s3"
import { root } from "../../tools/sources.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { zipOf } from "../harness/zip.ts"
import {
  createIdentityPool,
  createRole,
  createUserPool,
  policy,
  setRoles,
  trust,
  type UserPool,
} from "../wire/cognito-identity-world.ts"
import { functionUri } from "../wire/execute-api-world.ts"
import { TRUSTS_LAMBDA } from "../wire/lambda-world.ts"

/** Where people put their pictures, and where these are shown when they have been published. */
export const BUCKET = "photos"

/** Moves a picture of the person who asks, as its own role; people themselves may not write to `public/`. */
const PUBLISH = `
import { CopyObjectCommand, DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3"
const s3 = new S3Client({ forcePathStyle: true })

export const handler = async ({ body, requestContext: { authorizer, identity } }) => {
  const { key: from } = JSON.parse(body)
  const Key = "public/" + from.split("/").at(-1)
  await s3.send(new CopyObjectCommand({ Bucket: "${BUCKET}", Key, CopySource: encodeURI("${BUCKET}/" + from) }))
  await s3.send(new DeleteObjectCommand({ Bucket: "${BUCKET}", Key: from }))
  return {
    statusCode: 201,
    headers: { "Access-Control-Allow-Origin": "*" },
    body: JSON.stringify({ key: Key, claims: authorizer?.claims, identity }),
  }
}
`

export interface PhotoWorld extends AsyncDisposable {
  server: TestServer
  people: UserPool
  /** A user pool that the API does not know. */
  others: UserPool
  identityPoolId: string
  s3: S3
  restApiId: string
  /** The stage, without a slash at the end. */
  url: string
  /** `arn:aws:execute-api:<region>:<account>:<api>/prod` */
  stageArn: string
}

/** The definition of the API, as a team would keep it in its repository. */
function definition(userPoolArn: string, uri: string): object {
  const cors = {
    "Access-Control-Allow-Origin": "'*'",
    "Access-Control-Allow-Headers": "'Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-Content-Sha256'",
    "Access-Control-Allow-Methods": "'POST,OPTIONS'",
  }
  const named = (prefix: string) =>
    Object.fromEntries(Object.entries(cors).map(([name, value]) => [`${prefix}.header.${name}`, value]))
  const headers = Object.fromEntries(Object.keys(cors).map((name) => [name, { schema: { type: "string" } }]))
  const preflight = {
    responses: { "204": { description: "what pages may send", headers } },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{"statusCode": 204}' },
      responses: { default: { statusCode: "204", responseParameters: named("method.response") } },
    },
  }
  const post = (security: object) => ({
    security: [security],
    responses: { "201": { description: "published" } },
    "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
  })
  const key = { type: "apiKey", name: "Authorization", in: "header" }
  return {
    openapi: "3.0.1",
    info: { title: "photos", version: "1" },
    paths: {
      "/published": { post: post({ people: [] }), options: preflight },
      "/reviewed": { post: post({ people: ["photos/review"] }), options: preflight },
      "/signed": { post: post({ signed: [] }), options: preflight },
      "/signed/{key}": { post: post({ signed: [] }), options: preflight },
    },
    components: {
      securitySchemes: {
        people: {
          ...key,
          "x-amazon-apigateway-authtype": "cognito_user_pools",
          "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [userPoolArn] },
        },
        signed: { ...key, "x-amazon-apigateway-authtype": "awsSigv4" },
      },
    },
    // A page is shown no refusal that does not let its origin in.
    "x-amazon-apigateway-gateway-responses": {
      DEFAULT_4XX: { responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" } },
      DEFAULT_5XX: { responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" } },
    },
  }
}

export async function openPhotoWorld(): Promise<PhotoWorld> {
  const server = await startServer([...FUNCTION_FLAGS, "--clock-control", "--function-modules", root])
  const { account, region } = server
  const gateway = new APIGateway(server.client)
  const lambda = new Lambda(server.client)
  const s3 = new S3({ ...server.client, forcePathStyle: true })
  await s3.createBucket({ Bucket: BUCKET })
  const rule = { AllowedOrigins: ["*"], AllowedMethods: ["PUT"], AllowedHeaders: ["*"] }
  await s3.putBucketCors({ Bucket: BUCKET, CORSConfiguration: { CORSRules: [rule] } })

  const role = await createRole(
    server,
    "publisher",
    TRUSTS_LAMBDA,
    policy(
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:DeleteObject"],
        Resource: `arn:aws:s3:::${BUCKET}/private/*`,
      },
      { Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${BUCKET}/public/*` },
    ),
  )
  await lambda.createFunction({
    FunctionName: "publish",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: role,
    Code: { ZipFile: zipOf({ "index.mjs": PUBLISH }) },
  })
  await server.work.settle()

  const people = await createUserPool(server, "people")
  const others = await createUserPool(server, "others")
  const idp = new CognitoIdentityProvider(server.client)
  await idp.updateUserPoolClient({
    UserPoolId: people.userPoolId,
    ClientId: people.clientId,
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    IdTokenValidity: 5,
    AccessTokenValidity: 5,
    TokenValidityUnits: { IdToken: "minutes", AccessToken: "minutes" },
  })
  const userPoolArn = `arn:aws:cognito-idp:${region}:${account}:userpool/${people.userPoolId}`
  const functionArn = `arn:aws:lambda:${region}:${account}:function:publish`
  const body = Buffer.from(JSON.stringify(definition(userPoolArn, functionUri(functionArn))))
  const { id: restApiId = "" } = await gateway.importRestApi({ body, failOnWarnings: true })
  await gateway.createDeployment({ restApiId, stageName: "prod" })
  const arn = `arn:aws:execute-api:${region}:${account}:${restApiId}`
  await lambda.addPermission({
    FunctionName: "publish",
    StatementId: randomUUID(),
    Action: "lambda:InvokeFunction",
    Principal: "apigateway.amazonaws.com",
    SourceArn: `${arn}/*/POST/*`,
  })

  const identityPoolId = await createIdentityPool(server, {
    CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
  })
  const authenticated = await createRole(
    server,
    "person",
    trust(identityPoolId),
    policy(
      {
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${BUCKET}/private/\${cognito-identity.amazonaws.com:sub}/*`,
      },
      { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${arn}/prod/POST/signed` },
    ),
  )
  await setRoles(server, identityPoolId, { authenticated })
  const { port } = new URL(server.url)
  return {
    server,
    people,
    others,
    identityPoolId,
    s3,
    restApiId,
    url: `http://${restApiId}.execute-api.${region}.localhost:${port}/prod`,
    stageArn: `${arn}/prod`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
