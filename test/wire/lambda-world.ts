import assert from "node:assert/strict"
import { IAM } from "@aws-sdk/client-iam"
import { type CreateFunctionCommandInput, Lambda } from "@aws-sdk/client-lambda"
import { startServer, type TestServer } from "../harness/server.ts"
import { zipOf } from "../harness/zip.ts"

export interface LambdaWorld extends AsyncDisposable {
  server: TestServer
  lambda: Lambda
  iam: IAM
  /** Of a role that Lambda may take, without policies. */
  role: string
  /** The ARN of a function of the world's account. */
  arn(name: string): string
  /** A function that answers `"hello"`, unless something else is asked for; it is `Active`. */
  create(name: string, input?: Partial<CreateFunctionCommandInput>): Promise<void>
}

export const TRUSTS_LAMBDA = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
})

export const HELLO = zipOf({ "index.mjs": 'export const handler = async () => "hello"\n' })

export async function openLambdaWorld(flags: string[] = []): Promise<LambdaWorld> {
  const server = await startServer(flags)
  const lambda = new Lambda(server.client)
  const iam = new IAM(server.client)
  const made = await iam.createRole({ RoleName: "function-role", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  const role = made.Role!.Arn!
  return {
    server,
    lambda,
    iam,
    role,
    arn: (name) => `arn:aws:lambda:${server.client.region}:${server.account}:function:${name}`,
    async create(name, input = {}) {
      await lambda.createFunction({
        FunctionName: name,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: role,
        Code: { ZipFile: HELLO },
        ...input,
      })
      await server.work.settle()
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The call is refused with this code, this status and this text. */
export async function refuses(
  call: Promise<unknown>,
  name: string,
  status: number,
  message: string | RegExp,
): Promise<void> {
  await assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name, error.message)
    if (typeof message === "string") assert.equal(error.message, message)
    else assert.match(error.message, message)
    assert.equal(error.$metadata?.httpStatusCode, status)
    return true
  })
}

export const invalidates = (call: Promise<unknown>, message: string | RegExp): Promise<void> =>
  refuses(call, "InvalidParameterValueException", 400, message)

export const isMissing = (call: Promise<unknown>, message: string | RegExp): Promise<void> =>
  refuses(call, "ResourceNotFoundException", 404, message)
