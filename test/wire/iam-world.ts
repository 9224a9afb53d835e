import assert from "node:assert/strict"
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import { STSClient } from "@aws-sdk/client-sts"
import type { ClientOptions, Credentials, TestServer } from "../harness/server.ts"

/** A policy document of these statements; a statement without an effect allows. */
export const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.map((one) => ({ Effect: "Allow", ...one })) })

export const allow = (Action: string | string[], Resource: string | string[] = "*"): string =>
  policy({ Action, Resource })

/** A trust policy that lets a principal assume the role. */
export const trust = (Principal: object, more: object = {}): string =>
  policy({ Principal, Action: "sts:AssumeRole", ...more })

export interface Person {
  arn: string
  credentials: Credentials
  options: ClientOptions
  iam: IAMClient
  sts: STSClient
}

export const clientsOf = (server: TestServer, credentials: Credentials) => {
  const options = server.clientOf(credentials)
  return { credentials, options, iam: new IAMClient(options), sts: new STSClient(options) }
}

/** A user with an access key, and the inline policy where one is given. */
export async function createPerson(server: TestServer, UserName: string, document?: string): Promise<Person> {
  const root = new IAMClient(server.client)
  const { User } = await root.send(new CreateUserCommand({ UserName }))
  if (document) await root.send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument: document }))
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  return { arn: User!.Arn!, ...clientsOf(server, credentials) }
}

/** The SDK's credentials of an STS answer. */
export const credentialsOf = (answer: {
  Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string }
}): Credentials => ({
  accessKeyId: answer.Credentials!.AccessKeyId!,
  secretAccessKey: answer.Credentials!.SecretAccessKey!,
  sessionToken: answer.Credentials!.SessionToken!,
})

/** The code and the whole text of an answer that must be a refusal. */
export async function refused(
  call: Promise<unknown>,
  code: string,
  status: number,
  message?: string | RegExp,
): Promise<void> {
  await assert.rejects(call, (error: Error & { Code?: string; $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.Code ?? error.name, code, error.message)
    assert.equal(error.$metadata?.httpStatusCode, status)
    if (typeof message === "string") assert.equal(error.message, message)
    else if (message) assert.match(error.message, message)
    return true
  })
}
