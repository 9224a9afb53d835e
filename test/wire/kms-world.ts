import assert from "node:assert/strict"
import { IAM } from "@aws-sdk/client-iam"
import { KMS } from "@aws-sdk/client-kms"
import { Organizations } from "@aws-sdk/client-organizations"
import { STS } from "@aws-sdk/client-sts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"

export interface World extends AsyncDisposable {
  server: TestServer
  /** As the root of the account. */
  root: KMS
  clientOf(credentials: Credentials): KMS
  /** A user with these statements as its policy, without one where there are none. */
  createUser(name: string, ...statements: object[]): Promise<{ arn: string; kms: KMS }>
  createKey(policy?: object[] | "default"): Promise<{ KeyId: string; Arn: string }>
}

export const allow = (Action: string | string[], Resource = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
})
export const deny = (Action: string | string[], Resource = "*", more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
})
export const documentOf = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement })

export async function openWorld(flags: string[] = []): Promise<World> {
  const server = await startServer(flags)
  // After the clock was moved, a first try is refused and tells the time; the second is signed by it.
  const maxAttempts = flags.includes("--clock-control") ? 2 : 1
  const root = new KMS({ ...server.client, maxAttempts })
  const iam = new IAM(server.client)
  const clientOf = (credentials: Credentials) => new KMS(server.clientOf(credentials))
  return {
    server,
    root,
    clientOf,
    async createUser(UserName, ...statements) {
      const { User } = await iam.createUser({ UserName })
      if (statements.length > 0)
        await iam.putUserPolicy({ UserName, PolicyName: "it", PolicyDocument: documentOf(...statements) })
      const { AccessKey } = await iam.createAccessKey({ UserName })
      const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
      return { arn: User!.Arn!, kms: clientOf(credentials) }
    },
    async createKey(policy = "default") {
      const Policy = policy === "default" ? {} : { Policy: documentOf(...policy) }
      const { KeyMetadata } = await root.createKey({ ...Policy, BypassPolicyLockoutSafetyCheck: true })
      return { KeyId: KeyMetadata!.KeyId!, Arn: KeyMetadata!.Arn! }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Another account, as a role of it that may do everything there. */
export async function openAccount({ server, clientOf }: World): Promise<{ account: string; arn: string; kms: KMS }> {
  const organizations = new Organizations(server.client)
  await organizations.createOrganization({})
  const { CreateAccountStatus } = await organizations.createAccount({ AccountName: "other", Email: "o@example.com" })
  const status = await organizations.describeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus!.Id! })
  const account = status.CreateAccountStatus!.AccountId!
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`
  const admin = await new IAM(server.client).createUser({ UserName: "admin" })
  await new IAM(server.client).putUserPolicy({
    UserName: admin.User!.UserName!,
    PolicyName: "it",
    PolicyDocument: documentOf(allow("*")),
  })
  const { AccessKey } = await new IAM(server.client).createAccessKey({ UserName: "admin" })
  const sts = new STS(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const { Credentials: session } = await sts.assumeRole({ RoleArn, RoleSessionName: "session" })
  const kms = clientOf({
    accessKeyId: session!.AccessKeyId!,
    secretAccessKey: session!.SecretAccessKey!,
    sessionToken: session!.SessionToken!,
  })
  return { account, arn: `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/session`, kms }
}

/** The call is refused with this code and this text. */
export async function refuses(call: Promise<unknown>, name: string, message?: string | RegExp): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message)
    if (typeof message === "string") assert.equal(error.message, message)
    else if (message) assert.match(error.message, message)
    return true
  })
}

export const bytes = (text: string): Uint8Array => Buffer.from(text)
export const text = (of: Uint8Array | undefined): string => Buffer.from(of!).toString()
