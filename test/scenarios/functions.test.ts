import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import type { Credentials } from "../harness/server.ts"
import { zipOf } from "../harness/zip.ts"
import {
  createIdentityPool,
  createRole,
  createUserPool,
  enter,
  policy,
  setRoles,
  trust,
  type UserPool,
} from "../wire/cognito-identity-world.ts"
import { type LambdaWorld, openLambdaWorld } from "../wire/lambda-world.ts"

let world: LambdaWorld
let people: UserPool
let identityPoolId: string

const WHO = zipOf({ "index.mjs": "export const handler = async (event, { identity }) => ({ identity })\n" })

const invokes = (...names: string[]) =>
  policy({ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: names.map((name) => world.arn(name)) })

before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
  const { server } = world
  for (const name of ["lend", "buy", "browse"]) await world.create(name, { Code: { ZipFile: WHO } })
  people = await createUserPool(server)
  identityPoolId = await createIdentityPool(server, {
    AllowUnauthenticatedIdentities: true,
    CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
  })
  const librarian = await createRole(server, "librarian", trust(identityPoolId), invokes("lend"))
  const reader = await createRole(server, "reader", trust(identityPoolId), invokes("browse"))
  const guest = await createRole(
    server,
    "guest",
    trust(identityPoolId, "unauthenticated"),
    policy({ Effect: "Allow", Action: ["lambda:InvokeFunction", "iam:ListUsers"], Resource: "*" }),
  )
  const idp = new CognitoIdentityProvider(server.client)
  await idp.createGroup({ UserPoolId: people.userPoolId, GroupName: "librarians", RoleArn: librarian })
  await setRoles(
    server,
    identityPoolId,
    { authenticated: reader, unauthenticated: guest },
    {
      [`${people.providerName}:${people.clientId}`]: { Type: "Token", AmbiguousRoleResolution: "AuthenticatedRole" },
    },
  )
  await people.signUp("ann", ["librarians"])
})
after(() => world[Symbol.asyncDispose]())

const as = (credentials: Credentials) => new Lambda(world.server.clientOf(credentials))

describe("a person of a group", () => {
  let ann: Credentials & { identityId: string }
  before(async () => {
    ann = await enter(world.server, identityPoolId, { [people.providerName]: await people.signIn("ann") })
  })

  it("invokes the function that their role allows, which is told who they are", async () => {
    const { Payload } = await as(ann).invoke({ FunctionName: "lend" })
    assert.deepEqual(JSON.parse(Payload!.transformToString()), {
      identity: { cognitoIdentityId: ann.identityId, cognitoIdentityPoolId: identityPoolId },
    })
  })

  it("is refused the other one, in AWS's words, and explain says what is missing", async () => {
    const error = await as(ann)
      .invoke({ FunctionName: "buy" })
      .then(
        () => assert.fail("it was let in"),
        (refused: Error & { $metadata: { httpStatusCode: number; requestId: string } }) => refused,
      )
    assert.equal(error.name, "AccessDeniedException")
    assert.equal(error.$metadata.httpStatusCode, 403)
    assert.equal(
      error.message,
      `User: arn:aws:sts::${world.server.account}:assumed-role/librarian/CognitoIdentityCredentials is not authorized to perform: lambda:InvokeFunction on resource: ${world.arn("buy")} because no identity-based policy allows the lambda:InvokeFunction action`,
    )
    assert.match(await world.server.explain(error), /Add .*lambda:InvokeFunction.* to a policy of the role/)
  })

  it("is refused a version where the function as a whole is allowed", async () => {
    await assert.rejects(as(ann).invoke({ FunctionName: "lend", Qualifier: "$LATEST" }), {
      name: "AccessDeniedException",
    })
  })

  it("may be let in by the function's own policy", async () => {
    await world.lambda.addPermission({
      FunctionName: "buy",
      StatementId: "librarians",
      Action: "lambda:InvokeFunction",
      Principal: `arn:aws:iam::${world.server.account}:role/librarian`,
    })
    assert.equal((await as(ann).invoke({ FunctionName: "buy" })).StatusCode, 200)
    await world.lambda.removePermission({ FunctionName: "buy", StatementId: "librarians" })
    await assert.rejects(as(ann).invoke({ FunctionName: "buy" }), { name: "AccessDeniedException" })
  })
})

describe("a guest", () => {
  it("invokes what their role allows: Lambda is among the services that guests reach", async () => {
    const guest = await enter(world.server, identityPoolId)
    const { Payload } = await as(guest).invoke({ FunctionName: "browse" })
    assert.equal(JSON.parse(Payload!.transformToString()).identity.cognitoIdentityId, guest.identityId)
    // IAM is none of them, though the role allows it.
    await assert.rejects(new IAM(world.server.clientOf(guest)).listUsers(), { name: "AccessDenied" })
  })
})

describe("a user pool", () => {
  it("may not invoke a function that has not let it, and explain says how to", async () => {
    const idp = new CognitoIdentityProvider(world.server.client)
    await world.create("admit", {
      Code: { ZipFile: zipOf({ "index.mjs": "export const handler = async (event) => event\n" }) },
    })
    const { UserPool } = await idp.createUserPool({
      PoolName: "guarded",
      LambdaConfig: { PreSignUp: world.arn("admit") },
    })
    const { UserPoolClient } = await idp.createUserPoolClient({ UserPoolId: UserPool!.Id!, ClientName: "app" })
    const signUp = (Username: string) =>
      idp.signUp({ ClientId: UserPoolClient!.ClientId!, Username, Password: "Tr0ub4dor&3" })
    await assert.rejects(signUp("bob"), { name: "UnexpectedLambdaException" })
    const toDo = `aws lambda add-permission --function-name admit --statement-id cognito-idp --action lambda:InvokeFunction --principal cognito-idp.amazonaws.com --source-arn ${UserPool!.Arn}`
    assert.match(await world.server.explain(), new RegExp(`The trigger PreSignUp .* could not be asked.*${toDo}`, "s"))
    const decisions = await world.server.decisions.list({ refused: true })
    const refused = decisions.find(({ service, operation }) => service === "lambda" && operation === "InvokeFunction")
    assert.equal(refused!.caller, "cognito-idp.amazonaws.com")
    assert.match(await world.server.explain(refused!.requestId), new RegExp(toDo))
    await world.lambda.addPermission({
      FunctionName: "admit",
      StatementId: "cognito-idp",
      Action: "lambda:InvokeFunction",
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: UserPool!.Arn!,
    })
    await signUp("bob")
  })
})
