import assert from "node:assert/strict"
import { IAM } from "@aws-sdk/client-iam"
import { S3, type S3ClientConfig, S3ServiceException } from "@aws-sdk/client-s3"
import { startServer, type TestServer } from "../harness/server.ts"

/** A server, its root's S3 client and a bucket. */
export interface World extends AsyncDisposable {
  server: TestServer
  s3: S3
  bucket: string
  /** A user with this policy and a client of its own. */
  user(name: string, statements: readonly object[]): Promise<{ s3: S3; arn: string }>
  /** A client that signs nothing. */
  anonymous: S3
}

export async function openWorld(options: Partial<S3ClientConfig> = {}, flags: string[] = []): Promise<World> {
  const server = await startServer(flags)
  const common = { forcePathStyle: true, ...options }
  const s3 = new S3({ ...server.client, ...common })
  const iam = new IAM(server.client)
  const bucket = "test-bucket"
  await s3.createBucket({ Bucket: bucket })
  return {
    server,
    s3,
    bucket,
    anonymous: new S3({
      ...server.client,
      ...common,
      credentials: { accessKeyId: "", secretAccessKey: "" },
      signer: { sign: async (request) => request },
    }),
    async user(UserName, Statement) {
      const { User } = await iam.createUser({ UserName })
      if (Statement.length > 0)
        await iam.putUserPolicy({
          UserName,
          PolicyName: "inline",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        })
      const { AccessKey } = await iam.createAccessKey({ UserName })
      const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
      return { s3: new S3({ ...server.clientOf(credentials), ...common }), arn: User!.Arn! }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Asserts that a call is refused with the code, the text (or what it matches) and the status. */
export async function refuses(call: Promise<unknown>, code: string, message?: string | RegExp, status?: number) {
  const error = await call.then(
    () => assert.fail(`${code} was expected, and the call went through`),
    (error: unknown) => error,
  )
  assert.ok(error instanceof S3ServiceException, String(error))
  assert.equal(error.name, code)
  if (typeof message === "string") assert.equal(error.message, message)
  else if (message) assert.match(error.message, message)
  if (status !== undefined) assert.equal(error.$metadata.httpStatusCode, status)
  return error as S3ServiceException & Record<string, unknown>
}

export const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
})

export const deny = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  ...allow(Action, Resource, Condition),
  Effect: "Deny",
})

export const textOf = (output: { Body?: { transformToString(): Promise<string> } | undefined }): Promise<string> =>
  output.Body!.transformToString()
