import assert from "node:assert/strict"
import { randomBytes, scryptSync } from "node:crypto"
import { describe, test } from "node:test"
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs"
import {
  AddCustomAttributesCommand,
  AdminGetUserCommand,
  CreateUserImportJobCommand,
  DeleteUserPoolCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  InitiateAuthCommand,
  ListUserImportJobsCommand,
  type PasswordHashingAlgorithmType,
  RespondToAuthChallengeCommand,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
  UpdateUserPoolCommand,
  type UserImportJobType,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import { bcrypt } from "hash-wasm"
import { askControl } from "../harness/control.ts"
import { openWorld, refuses, type World } from "./cognito-idp-world.ts"
import { startSrpClient } from "./srp-client.ts"

const POOL = {
  AutoVerifiedAttributes: ["email" as const],
  Schema: [{ Name: "plan", AttributeDataType: "String" as const, Mutable: true }],
}
const CLIENT = {
  ExplicitAuthFlows: [
    "ALLOW_USER_PASSWORD_AUTH" as const,
    "ALLOW_USER_SRP_AUTH" as const,
    "ALLOW_REFRESH_TOKEN_AUTH" as const,
  ],
}

const LOGS = {
  Effect: "Allow",
  Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: "*",
}

async function createRole({ server }: World, RoleName: string, service = "cognito-idp.amazonaws.com", mayLog = true) {
  const iam = new IAMClient(server.client)
  const Statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }) }),
  )
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: LOGS })
  if (mayLog) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "logs", PolicyDocument }))
  iam.destroy()
  return Role!.Arn!
}

async function openImport(pool: object = {}, client: object = {}) {
  const world = await openWorld({ ...POOL, ...pool }, { ...CLIENT, ...client })
  const { idp, poolId: UserPoolId, server } = world
  const CloudWatchLogsRoleArn = await createRole(world, "import-log")
  const { CSVHeader = [] } = await idp.send(new GetCSVHeaderCommand({ UserPoolId }))
  const create = async (PasswordHashingAlgorithm?: PasswordHashingAlgorithmType, JobName = "move in") =>
    (
      await idp.send(
        new CreateUserImportJobCommand({ UserPoolId, JobName, CloudWatchLogsRoleArn, PasswordHashingAlgorithm }),
      )
    ).UserImportJob!
  const row = (values: Record<string, string>, columns = CSVHeader) =>
    columns.map((name) => values[name] ?? "").join(",")
  return {
    ...world,
    CSVHeader,
    create,
    row,
    file: (rows: Record<string, string>[], columns: string[] = CSVHeader) =>
      [columns.join(","), ...rows.map((values) => row(values, columns)), ""].join("\n"),
    begin: (JobId: string) => idp.send(new StartUserImportJobCommand({ UserPoolId, JobId })),
    stop: (JobId: string) => idp.send(new StopUserImportJobCommand({ UserPoolId, JobId })),
    describe: async (JobId: string) =>
      (await idp.send(new DescribeUserImportJobCommand({ UserPoolId, JobId }))).UserImportJob!,
    settle: () => askControl(server, "POST", "work/settle"),
    async run(job: UserImportJobType, body: string | Uint8Array) {
      assert.equal((await upload(job, body)).status, 200)
      await idp.send(new StartUserImportJobCommand({ UserPoolId, JobId: job.JobId! }))
      await askControl(server, "POST", "work/settle")
      return (await idp.send(new DescribeUserImportJobCommand({ UserPoolId, JobId: job.JobId! }))).UserImportJob!
    },
    async log({ JobId, JobName }: UserImportJobType) {
      const logs = new CloudWatchLogsClient(server.client)
      const logGroupName = `/aws/cognito/userpools/${UserPoolId}/people`
      const { events } = await logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName: `${JobId}/${JobName}`, startFromHead: true }),
      )
      logs.destroy()
      return events!.map(({ message }) => message!)
    },
  }
}

const ENCRYPTED = { "x-amz-server-side-encryption": "aws:kms" }
const upload = (
  { PreSignedUrl }: UserImportJobType,
  body: string | Uint8Array,
  headers: Record<string, string> = ENCRYPTED,
) => fetch(PreSignedUrl!, { method: "PUT", body: body as BodyInit, headers })

const person = (name: string, more: Record<string, string> = {}) => ({
  "cognito:username": name,
  email: `${name}@example.com`,
  email_verified: "TRUE",
  ...more,
})

describe("a file of users", () => {
  test("is uploaded, read in the background, and told of row by row", async () => {
    await using world = await openImport()
    const { idp, poolId: UserPoolId } = world
    await world.addUser("there", { email: "there@example.com", email_verified: "true" })
    const job = await world.create()
    const { PreSignedUrl, JobId, CreationDate, ...rest } = job
    assert.match(JobId!, /^import-[0-9A-Za-z]{10}$/)
    assert.ok(PreSignedUrl!.length <= 2048 && PreSignedUrl!.startsWith(`${world.server.url}/${UserPoolId}/imports/`))
    assert.deepEqual(rest, {
      JobName: "move in",
      UserPoolId,
      Status: "Created",
      CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import-log",
      ImportedUsers: 0,
      SkippedUsers: 0,
      FailedUsers: 0,
    })
    const done = await world.run(
      job,
      world
        .file([
          person("ann", {
            name: "Ann\\, the first",
            birthdate: "02/29/1980",
            "custom:plan": "gold",
            updated_at: "1700000000",
          }),
          person("there"),
          person("unverified", { email_verified: "false" }),
          person("un named"),
          person("dated", { birthdate: "1980-02-29" }),
          person("factor", { "cognito:mfa_enabled": "true" }),
          person("quoted", { name: '"Q"' }),
          person("nomail", { email: "" }),
          person("bad", { email: "bad" }),
          person("bob", { phone_number: "+12065550100", phone_number_verified: "true" }),
          person("nul\u0000", { email: "nul@example.com" }),
          person("x".repeat(129)),
        ])
        .concat("one,two\n\n"),
    )
    assert.deepEqual(
      [done.Status, done.ImportedUsers, done.SkippedUsers, done.FailedUsers, done.CompletionMessage],
      ["Succeeded", 2, 1, 10, "Import Job Completed Successfully."],
    )
    assert.ok(done.StartDate && done.CompletionDate)
    assert.deepEqual(await world.log(job), [
      "[SUCCEEDED] Line Number 2 - The import succeeded.",
      "[SKIPPED] Line Number 3 - The user already exists.",
      "[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
      "[FAILED] Line Number 5 - The username is empty, or has blanks in it.",
      "[FAILED] Line Number 6 - The birthdate is not mm/dd/yyyy.",
      "[FAILED] Line Number 7 - cognito:mfa_enabled is true, and the user pool has no MFA.",
      "[FAILED] Line Number 8 - Values must not be in quotes.",
      "[FAILED] Line Number 9 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
      "[FAILED] Line Number 10 - Invalid email address format.",
      "[SUCCEEDED] Line Number 11 - The import succeeded.",
      "[FAILED] Line Number 12 - The username is too long, or has characters that no username has.",
      "[FAILED] Line Number 13 - The username is too long, or has characters that no username has.",
      "[FAILED] Line Number 14 - The row has 2 values for 22 columns.",
    ])
    const { UserStatus, Enabled, UserAttributes } = await idp.send(
      new AdminGetUserCommand({ UserPoolId, Username: "ann" }),
    )
    assert.deepEqual([UserStatus, Enabled], ["RESET_REQUIRED", true])
    const attributes = Object.fromEntries(UserAttributes!.map(({ Name, Value }) => [Name, Value]))
    const { sub, ...told } = attributes
    assert.deepEqual(told, {
      email: "ann@example.com",
      email_verified: "true",
      name: "Ann, the first",
      birthdate: "1980-02-29",
      "custom:plan": "gold",
      updated_at: "1700000000",
    })
    await refuses(world.begin(JobId!), "PreconditionNotMetException", /it is Succeeded/)
    await refuses(
      world.idp.send(
        new InitiateAuthCommand({
          ClientId: world.clientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "ann", PASSWORD: "x" },
        }),
      ),
      "PasswordResetRequiredException",
      "Password reset required for the user",
    )
  })

  test("of thousands is read in many pieces, and rows of any length are rows", async () => {
    await using world = await openImport()
    const many = Array.from({ length: 1000 }, (_, n) => person(`user${n}`))
    const long = world.row(person("long", { name: "x".repeat(300_000) }))
    const [header, ...rows] = world.file(many).trimEnd().split("\n")
    rows.splice(
      500,
      0,
      long,
      world.row(person("tail", { name: "y".repeat(2040) })),
      world.row(person("wide", { name: "z".repeat(17_000) })),
    )
    const job = await world.create()
    const done = await world.run(job, [header, ...rows].join("\r\n"))
    assert.deepEqual([done.Status, done.ImportedUsers, done.SkippedUsers, done.FailedUsers], ["Succeeded", 1001, 0, 2])
    const log = await world.log(job)
    assert.ok(log.includes("[FAILED] Line Number 502 - The row has more than 16,000 characters."))
    assert.ok(log.includes("[SUCCEEDED] Line Number 503 - The import succeeded."))
    assert.ok(log.includes("[FAILED] Line Number 504 - The row has more than 16,000 characters."))
    assert.ok(log.includes("[SUCCEEDED] Line Number 1004 - The import succeeded."))
    const again = await world.create()
    const second = await world.run(again, [header, ...rows.slice(0, 10)].join("\n"))
    assert.deepEqual(
      [second.Status, second.SkippedUsers, second.CompletionMessage],
      ["Failed", 10, "Too many users have failed or been skipped during the import."],
    )
  })

  test("that cannot be read fails its job", async () => {
    await using world = await openImport()
    for (const [body, message] of [
      ["", /lacks/],
      ["name,email\nann,ann@example.com\n", /lacks given_name/],
      [world.file([person("ann")], [...world.CSVHeader, "shoe_size"]), /unknown columns shoe_size/],
      [world.file([person("ann")], [...world.CSVHeader, "password_hash"]), /unknown columns password_hash/],
      [`\ufeff${world.file([person("ann")])}`, /lacks name/],
    ] as const) {
      const { Status, CompletionMessage } = await world.run(await world.create(), body)
      assert.equal(Status, "Failed")
      assert.match(CompletionMessage!, message)
    }
  })

  test("is taken for a quarter of an hour, with what the URL was signed with, up to 100 MB", async () => {
    await using world = await openImport()
    const job = await world.create()
    const codeOf = async (answer: Response) => [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]]
    assert.deepEqual(await codeOf(await upload(job, "x", {})), [403, "SignatureDoesNotMatch"])
    const at = (url: string) => ({ ...job, PreSignedUrl: url })
    for (const change of [/Signature=../, /Expires=./, /import-./])
      assert.deepEqual(
        await codeOf(
          await upload(
            at(job.PreSignedUrl!.replace(change, (text) => text.slice(0, -1) + (text.endsWith("1") ? "2" : "1"))),
            "x",
          ),
        ),
        [403, "SignatureDoesNotMatch"],
      )
    const get = await fetch(job.PreSignedUrl!)
    assert.equal(get.status, 405)
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    })
    const tooLong = await fetch(job.PreSignedUrl!, {
      method: "PUT",
      body: endless,
      headers: ENCRYPTED,
      duplex: "half",
    } as RequestInit).catch(() => undefined)
    if (tooLong) assert.deepEqual(await codeOf(tooLong), [400, "EntityTooLarge"])
    await refuses(world.begin(job.JobId!), "PreconditionNotMetException", /no CSV file/)
    assert.equal((await upload(job, "nonsense")).status, 200)
    assert.equal((await world.run(job, world.file([person("ann")]))).Status, "Succeeded", "the last one counts")
    assert.deepEqual(await codeOf(await upload(job, "x")), [403, "AccessDenied"])
    const late = await world.create()
    await world.advance(15 * 60 + 1)
    assert.deepEqual(await codeOf(await upload(late, "x")), [403, "AccessDenied"])
    await world.advance(24 * 3600)
    await world.settle()
    assert.equal((await world.describe(late.JobId!)).Status, "Expired")
    await refuses(world.begin(late.JobId!), "PreconditionNotMetException", /it is Expired/)
  })
})

describe("a job", () => {
  test("is one of an account's at a time, keeps its pool as it is, and can be stopped", async () => {
    await using world = await openImport()
    const { idp, poolId: UserPoolId, server } = world
    const [first, second, third] = [await world.create(), await world.create(), await world.create()]
    const file = world.file(Array.from({ length: 200 }, (_, n) => person(`user${n}`)))
    await upload(first, file)
    await upload(second, file)
    await askControl(server, "POST", "work/pause")
    assert.equal((await world.begin(first.JobId!)).UserImportJob!.Status, "Pending")
    await refuses(
      world.begin(second.JobId!),
      "PreconditionNotMetException",
      "Another import job of the account is active.",
    )
    for (const command of [
      new UpdateUserPoolCommand({ UserPoolId, AutoVerifiedAttributes: ["email"] }),
      new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: [{ Name: "a", AttributeDataType: "String" }] }),
      new DeleteUserPoolCommand({ UserPoolId }),
    ])
      await refuses(
        idp.send(command as never),
        "UserImportInProgressException",
        "A user import job is in progress for the user pool.",
      )
    assert.equal((await world.stop(first.JobId!)).UserImportJob!.Status, "Stopping")
    await askControl(server, "POST", "work/resume")
    await world.settle()
    const stopped = await world.describe(first.JobId!)
    assert.deepEqual(
      [stopped.Status, stopped.CompletionMessage],
      ["Stopped", "The Import Job was stopped by the developer."],
    )
    await refuses(world.begin(first.JobId!), "PreconditionNotMetException", /it is Stopped/)
    await refuses(world.stop(first.JobId!), "PreconditionNotMetException", /it is Stopped/)
    assert.equal((await world.stop(third.JobId!)).UserImportJob!.Status, "Stopped")
    await world.begin(second.JobId!)
    await world.settle()
    assert.equal((await world.describe(second.JobId!)).ImportedUsers, 200)

    const list = (PaginationToken?: string) =>
      idp.send(new ListUserImportJobsCommand({ UserPoolId, MaxResults: 2, PaginationToken }))
    const page = await list()
    const rest = await list(page.PaginationToken)
    const ids = [...page.UserImportJobs!, ...rest.UserImportJobs!].map(({ JobId }) => JobId)
    assert.deepEqual(new Set(ids), new Set([first.JobId, second.JobId, third.JobId]))
    assert.equal(rest.PaginationToken, undefined)
    await refuses(world.describe("import-nothere"), "ResourceNotFoundException", "User import job does not exist.")
    await idp.send(new DeleteUserPoolCommand({ UserPoolId }))
    await world.settle()
  })

  test("needs a role that it can write its log as, and a pool that verifies addresses", async () => {
    await using world = await openImport()
    const { idp, poolId: UserPoolId } = world
    const create = (CloudWatchLogsRoleArn: string) =>
      idp.send(new CreateUserImportJobCommand({ UserPoolId, JobName: "j", CloudWatchLogsRoleArn }))
    await refuses(create("arn:aws:iam::123456789012:role/nobody"), "InvalidParameterException", /does not exist/)
    await refuses(
      create(await createRole(world, "lambdas", "lambda.amazonaws.com")),
      "InvalidParameterException",
      /cannot assume/,
    )
    await refuses(
      create(await createRole(world, "mute", "cognito-idp.amazonaws.com", false)),
      "InvalidParameterException",
      /may not write/,
    )
    await refuses(
      idp.send(
        new CreateUserImportJobCommand({
          UserPoolId,
          JobName: "j",
          CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import-log",
          PasswordHashingAlgorithm: "MD5" as never,
        }),
      ),
      "InvalidParameterException",
      /passwordHashingAlgorithm/,
    )
    const job = await world.create()
    await upload(job, world.file([person("ann")]))
    await idp.send(new UpdateUserPoolCommand({ UserPoolId }))
    await refuses(world.begin(job.JobId!), "PreconditionNotMetException", /verifies neither/)
  })
})

async function signInBySrp({ idp, poolId, clientId: ClientId }: World, USERNAME: string, password: string) {
  const client = startSrpClient(poolId)
  const AuthParameters = { USERNAME, SRP_A: client.SRP_A }
  const asked = await idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_SRP_AUTH", AuthParameters }))
  const ChallengeResponses = client.answer(asked.ChallengeParameters!, password)
  return idp.send(
    new RespondToAuthChallengeCommand({ ClientId, ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses }),
  )
}

describe("users with the hashes of another directory", () => {
  const PASSWORD = "Their-0wn-password"

  test("sign in with their password, and by SRP once they did", async () => {
    await using world = await openImport({}, { PreventUserExistenceErrors: "ENABLED" })
    const hash = await bcrypt({ password: PASSWORD, salt: randomBytes(16), costFactor: 4, outputType: "encoded" })
    const columns = [...world.CSVHeader, "password_hash"]
    const done = await world.run(
      await world.create("BCRYPT"),
      world.file(
        [
          person("ann", { password_hash: hash }),
          person("bob"),
          person("cem", { password_hash: "$2b$13$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6" }),
          person("dee", { password_hash: hash }),
        ],
        columns,
      ),
    )
    assert.deepEqual([done.PasswordHashingAlgorithm, done.ImportedUsers, done.FailedUsers], ["BCRYPT", 3, 1])
    const statusOf = async (Username: string) =>
      (await world.idp.send(new AdminGetUserCommand({ UserPoolId: world.poolId, Username }))).UserStatus
    assert.deepEqual([await statusOf("ann"), await statusOf("bob")], ["CONFIRMED", "RESET_REQUIRED"])
    const wrong = ["NotAuthorizedException", "Incorrect username or password."] as const
    await refuses(signInBySrp(world, "ann", PASSWORD), ...wrong)
    await refuses(world.start("ann", "other"), ...wrong)
    assert.ok((await world.start("ann", PASSWORD)).AuthenticationResult)
    assert.ok((await signInBySrp(world, "ann", PASSWORD)).AuthenticationResult)
    assert.ok((await world.start("ann", PASSWORD)).AuthenticationResult)
    await refuses(world.start("ann", "other"), ...wrong)
    // Many at once are one first time.
    const many = await Promise.all(Array.from({ length: 4 }, () => world.start("dee", PASSWORD)))
    assert.ok(many.every(({ AuthenticationResult }) => AuthenticationResult))
    for (let n = 0; n < 4; n++) await refuses(world.start(`nobody${n}`, PASSWORD), ...wrong)
  })

  test("come by scrypt as well, and a wrong column fails the job", async () => {
    await using world = await openImport()
    const salt = randomBytes(16)
    const hash = `1024$8$1$${salt.toString("hex")}$${scryptSync(PASSWORD, salt, 32, { N: 1024 }).toString("hex")}`
    const without = await world.run(await world.create("SCRYPT"), world.file([person("ann")]))
    assert.match(without.CompletionMessage!, /lacks password_hash/)
    const columns = ["password_hash", ...world.CSVHeader]
    await world.run(await world.create("SCRYPT"), world.file([person("ann", { password_hash: hash })], columns))
    assert.ok((await world.start("ann", PASSWORD)).AuthenticationResult)
  })
})
