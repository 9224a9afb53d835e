import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { RootCaller, UserCaller } from "./authentication/caller.ts"
import type { RoleSource } from "./authorization/actors.ts"
import { MasterKey } from "./base/master-key.ts"
import { openRoom } from "./bytes/open.ts"
import { migrations as bytesMigrations } from "./bytes/tables.ts"
import type { Deps } from "./call.ts"
import { createCalls } from "./calls.ts"
import { compileCatalogue } from "./catalogue.ts"
import type { CallRecord } from "./control/call-record.ts"
import type { ServiceAnswer, ServiceCall } from "./peers.ts"
import { migrations as recordsMigrations } from "./records/tables.ts"
import { callerPolicies, findRole } from "./services/iam/service.ts"
import { decideServiceTrust } from "./services/sts/service.ts"
import { services } from "./services.ts"
import { openSqliteStore } from "./store/sqlite/open.ts"
import { migrations as workMigrations } from "./work/tables.ts"
import { createWork } from "./work/work.ts"

const ACCOUNT = "123456789012"
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`
const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
}

const clock = { now: () => Date.parse("2026-01-01T00:00:00Z") }
const fault = (error: unknown) => assert.fail(error as Error)
const store = await openSqliteStore({
  path: ":memory:",
  migrations: [
    ...workMigrations,
    ...bytesMigrations,
    ...recordsMigrations,
    ...services.flatMap(({ migrations }) => migrations),
  ],
  clock,
})
after(() => store.close())
const bytes = await openRoom({ kind: "memory" }, { store, clock, onFault: fault })
const deps = {
  store,
  clock,
  bytes,
  work: createWork({ store, clock, onFault: fault }),
  masterKey: new MasterKey(Buffer.alloc(32, 1)),
  endpoint: { url: "http://127.0.0.1", baseHosts: ["localhost"] },
  defaultAccount: ACCOUNT,
  defaultRegion: "us-east-1",
} as unknown as Deps
const roles: RoleSource = {
  policiesOf: (caller) => callerPolicies(deps, caller),
  findRole: (arn) => findRole(deps, arn),
  async isTrusting(arn, service, decide) {
    const role = await findRole(deps, arn)
    return role !== undefined && decideServiceTrust(deps, role, service, decide)
  },
  organizationOf: () => undefined,
}
const recorded: CallRecord[] = []
const call = createCalls(
  compileCatalogue(services),
  () => deps,
  roles,
  (record) => recorded.push(record),
)

const ROOT: RootCaller = {
  kind: "root",
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  account: ACCOUNT,
  userId: ACCOUNT,
  accessKeyId: "AKIAROOT",
  region: "us-east-1",
  signingName: "cloudformation",
  authType: "REST-HEADER",
  signatureVersion: "AWS4-HMAC-SHA256",
  payload: { body: new Uint8Array(), trailers: {} },
}
const AS_ROOT: ServiceCall["as"] = {
  caller: ROOT,
  via: ["cloudformation.amazonaws.com"],
  region: "us-east-1",
  onBehalfOf: `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/s/1`,
}
const AS_ROLE: ServiceCall["as"] = {
  roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
  service: "lambda.amazonaws.com",
  sessionName: "f",
  region: "us-east-1",
  onBehalfOf: FUNCTION,
  context: { "lambda:SourceFunctionArn": FUNCTION },
}

const did = (answer: ServiceAnswer) => {
  assert.equal(answer.is, "done", JSON.stringify(answer))
  return answer.is === "done" ? answer.output : assert.fail()
}
const refused = (answer: ServiceAnswer, code: string, status: number, message: RegExp) => {
  if (answer.is !== "refused") assert.fail("it was done")
  assert.deepEqual([answer.code, answer.status], [code, status], answer.message)
  assert.match(answer.message, message)
}
const byRoot = async (service: string, operation: string, input: object) =>
  did(await call({ service, operation, input, as: AS_ROOT }))
const byRole = (service: string, operation: string, input: object) => call({ service, operation, input, as: AS_ROLE })
const allow = (...statements: object[]) =>
  byRoot("iam", "PutRolePolicy", {
    RoleName: "r",
    PolicyName: "p",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  })

async function textOf(output: Readonly<Record<string, unknown>>): Promise<string> {
  if (output.Body instanceof Uint8Array) return Buffer.from(output.Body).toString()
  const pieces: Buffer[] = []
  for await (const piece of output.Body as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

before(async () => {
  await byRoot("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: JSON.stringify(TRUST) })
  await byRoot("s3", "CreateBucket", { Bucket: "b-1" })
})

describe("a call of one service to another", () => {
  it("is done as the role, and recorded with what was decided", async () => {
    await allow({ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::b-1/*" })
    const input = { Bucket: "b-1", Key: "k", Body: Buffer.from("hello"), Metadata: { a: "1" } }
    assert.equal(did(await byRole("s3", "PutObject", input)).ETag, '"5d41402abc4b2a76b9719d911017c592"')
    const { callerArn, method, path, service, operation, status, judged } = recorded.at(-1)!
    assert.deepEqual(
      { callerArn, method, path, service, operation, status },
      {
        callerArn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/f`,
        method: "EVENT",
        path: FUNCTION,
        service: "s3",
        operation: "PutObject",
        status: 200,
      },
    )
    assert.deepEqual(
      judged.kept.map(({ request }) => request.action),
      ["sts:AssumeRole", "s3:PutObject"],
    )
    const got = await byRoot("s3", "GetObject", { Bucket: "b-1", Key: "k" })
    assert.equal(await textOf(got), "hello")
    assert.deepEqual({ ...(got.Metadata as object) }, { a: "1" })
  })

  it("is refused in the words of the service that was called", async () => {
    await allow({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" })
    const input = { Bucket: "b-1", Key: "k2", Body: Buffer.from("hello") }
    refused(
      await byRole("s3", "PutObject", input),
      "AccessDenied",
      403,
      /assumed-role\/r\/f is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b-1\/k2" because no identity-based policy/,
    )
    assert.deepEqual([recorded.at(-1)!.status, recorded.at(-1)!.errorCode], [403, "AccessDenied"])
  })

  it("takes a stream, and holds its length against what is said of it", async () => {
    await allow({ Effect: "Allow", Action: "s3:*", Resource: "*" })
    async function* pieces() {
      for (let count = 0; count < 40; count++) yield Buffer.alloc(5_000, "x")
    }
    const input = { Bucket: "b-1", Key: "long" }
    did(await byRole("s3", "PutObject", { ...input, Body: pieces() }))
    assert.equal((await textOf(await byRoot("s3", "GetObject", input))).length, 200_000)
    did(await byRole("s3", "PutObject", { ...input, Body: pieces(), ContentLength: 200_000 }))
    refused(
      await byRole("s3", "PutObject", { ...input, Body: pieces(), ContentLength: 199_999 }),
      "IncompleteBody",
      400,
      /./,
    )
  })

  it("refuses what is refused by its header", async () => {
    await allow({ Effect: "Allow", Action: "s3:*", Resource: "*" })
    const input = { Bucket: "b-1", Key: "k", Body: Buffer.from("hello") }
    refused(
      await byRole("s3", "PutObject", { ...input, ServerSideEncryption: "aws:kms" }),
      "NotImplemented",
      501,
      /header/,
    )
    refused(
      await byRole("s3", "PutObject", { ...input, ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }),
      "BadDigest",
      400,
      /./,
    )
  })

  it("validates as a request is validated", async () => {
    refused(
      await byRole("dynamodb", "PutItem", { TableName: "a" }),
      "ValidationException",
      400,
      /'item' failed to satisfy constraint: Member must not be null/,
    )
    refused(
      await byRole("s3", "CopyObject", { Bucket: "b-1", Key: "copy" }),
      "InvalidRequest",
      400,
      /Missing required header for this request: x-amz-copy-source/,
    )
  })

  it("needs a role that is there and trusts the service", async () => {
    const as = (more: object): ServiceCall["as"] => ({ ...AS_ROLE, ...more }) as ServiceCall["as"]
    const asked = { service: "s3", operation: "ListBuckets", input: {} }
    did(await call({ ...asked, as: AS_ROLE }))
    refused(
      await call({ ...asked, as: as({ service: "apigateway.amazonaws.com" }) }),
      "AccessDenied",
      403,
      /apigateway.amazonaws.com cannot assume/,
    )
    assert.match(JSON.stringify(recorded.at(-1)!.because), /does not trust it/)
    refused(await call({ ...asked, as: as({ roleArn: `${AS_ROLE.onBehalfOf}x` }) }), "AccessDenied", 403, /./)
    assert.match(JSON.stringify(recorded.at(-1)!.because), /no such role/)
  })

  it("in the caller's name tells policies through whom it came", async () => {
    const tried = async (condition: object, as: ServiceCall["as"]) => {
      const policy = {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::b-1/*",
            Condition: condition,
          },
        ],
      }
      await byRoot("s3", "PutBucketPolicy", { Bucket: "b-1", Policy: JSON.stringify(policy) })
      return (await call({ service: "s3", operation: "GetObject", input: { Bucket: "b-1", Key: "k" }, as })).is
    }
    await allow({ Effect: "Allow", Action: "s3:*", Resource: "*" })
    const via = { "ForAnyValue:StringEquals": { "aws:CalledVia": "cloudformation.amazonaws.com" } }
    for (const condition of [
      via,
      { Bool: { "aws:ViaAWSService": "true" } },
      { StringEquals: { "aws:CalledViaFirst": "cloudformation.amazonaws.com" } },
    ]) {
      assert.equal(await tried(condition, AS_ROOT), "refused")
      assert.equal(await tried(condition, AS_ROLE), "done")
    }
    await byRoot("s3", "DeleteBucketPolicy", { Bucket: "b-1" })
  })

  it("is nobody's any more when its caller is deleted", async () => {
    const { User } = (await byRoot("iam", "CreateUser", { UserName: "u" })) as { User: { UserId: string; Arn: string } }
    const caller: UserCaller = { ...ROOT, kind: "user", arn: User.Arn, userId: User.UserId, userName: "u", path: "/" }
    const asked = {
      service: "s3",
      operation: "ListBuckets",
      input: {},
      as: { ...AS_ROOT, caller } as ServiceCall["as"],
    }
    refused(await call(asked), "AccessDenied", 403, /user\/u is not authorized to perform: s3:ListAllMyBuckets/)
    await byRoot("iam", "DeleteUser", { UserName: "u" })
    refused(await call(asked), "InvalidAccessKeyId", 403, /./)
  })

  it("of what is public is anonymous, whoever asks", async () => {
    const input = {
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
      RoleSessionName: "session",
      WebIdentityToken: "none.of.these",
    }
    const answer = await call({ service: "sts", operation: "AssumeRoleWithWebIdentity", input, as: AS_ROOT })
    refused(answer, "InvalidIdentityToken", 400, /./)
  })

  it("throws what is a defect, and writes it down as one", async () => {
    const body = (async function* () {
      yield Buffer.from("a")
      throw new TypeError("no body")
    })()
    await assert.rejects(byRole("s3", "PutObject", { Bucket: "b-1", Key: "k", Body: body }), TypeError)
    assert.equal(recorded.at(-1)!.status, 500)
  })

  it("tells items as the protocol's JSON has them", async () => {
    await byRoot("dynamodb", "CreateTable", {
      TableName: "items",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    })
    await byRoot("dynamodb", "PutItem", { TableName: "items", Item: { id: { S: "1" }, n: { N: "2" } } })
    const { Item } = await byRoot("dynamodb", "GetItem", { TableName: "items", Key: { id: { S: "1" } } })
    assert.deepEqual(Item, { id: { S: "1" }, n: { N: "2" } })
  })

  it("is refused where nothing of the name is built", async () => {
    refused(await byRole("sqs", "SendMessage", {}), "NotImplemented", 501, /'sqs'/)
    refused(await byRole("s3", "PutBucketLogging", {}), "NotImplemented", 501, /PutBucketLogging/)
    refused(await byRole("s3", "Nothing", {}), "MethodNotAllowed", 405, /./)
    refused(await byRole("s3", "constructor", {}), "MethodNotAllowed", 405, /./)
  })
})
