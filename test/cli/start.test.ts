import assert from "node:assert/strict"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { after, before, test } from "node:test"
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { sdkSigner } from "../signed-requests.ts"
import { type Desk, openDesk, type Running } from "./running-server.ts"

let desk: Desk
before(() => {
  desk = openDesk()
})
after(() => desk.clear())

test("it ends cleanly when it is asked to, and what was acknowledged is there afterwards", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const server = await desk.start("--data-dir", "kept")
    const iam = new IAMClient(await server.client())
    await iam.send(new CreateUserCommand({ UserName: signal }))
    assert.ok(existsSync(join(desk.path, "kept", "server.json")))
    assert.equal(await server.end(signal), 0)
    assert.ok(!existsSync(join(desk.path, "kept", "server.json")))
    assert.ok(!existsSync(join(desk.path, `hallpass-${process.getuid?.() ?? 0}-${server.port}.json`)))
    await assert.rejects(fetch(`${server.url}/_hallpass/health`))
  }
  const again = await desk.start("--data-dir", "kept")
  const { Users } = await new IAMClient(await again.client()).send(new ListUsersCommand({}))
  assert.deepEqual(
    Users!.map(({ UserName }) => UserName),
    ["SIGINT", "SIGTERM"],
  )
  await again.end()
})

test("it begins again after it was killed, with the same root, and leaves no secret behind", async () => {
  const first = await desk.start("--data-dir", "killed")
  const before = await first.client()
  const root = { ...before.credentials }
  await new IAMClient(before).send(new CreateUserCommand({ UserName: "kept" }))
  assert.equal(await first.end("SIGKILL"), "SIGKILL")
  assert.deepEqual(filesWith(root.secretAccessKey), [])
  assert.equal((await desk.run("env", "--data-dir", "killed")).code, 1)
  const second = await desk.start("--data-dir", "killed")
  assert.equal(readdirSync(join(desk.path, "killed")).filter((name) => name.endsWith(".sock")).length, 1)
  const { credentials } = await second.client()
  assert.deepEqual(credentials, root)
  assert.equal((await new IAMClient(await second.client()).send(new ListUsersCommand({}))).Users!.length, 1)
  await second.end()
})

test("a session of the root of another account is told nothing of this one", async () => {
  const first = await desk.start("--data-dir", "renamed", "--account-id", "111111111111")
  const { Credentials } = await new STSClient(await first.client()).send(new GetSessionTokenCommand({}))
  const credentials = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
  const ask = async ({ url }: Running) => {
    const { hostname, host } = new URL(url)
    const { headers, method, path } = await sdkSigner({ service: "hallpass", credentials, time: Date.now() }).sign({
      method: "GET",
      protocol: "http:",
      hostname,
      path: "/_hallpass/outbox",
      headers: { host },
    })
    const response = await fetch(`${url}${path}`, { method, headers })
    return [response.status, await response.text()]
  }
  assert.deepEqual(await ask(first), [200, '{"messages":[]}\n'])
  await first.end()
  const second = await desk.start("--data-dir", "renamed", "--account-id", "222222222222")
  const [status, text] = await ask(second)
  assert.equal(status, 403)
  assert.match(String(text), /Only the root of the server's own account/)
  await second.end()
})

test("what holds secrets is readable by its owner alone", async () => {
  const server = await desk.start("--data-dir", "private")
  const folder = join(desk.path, "private")
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const { credentials } = await server.client()
  assert.deepEqual(filesWith(credentials.secretAccessKey), [])
  const [door, ...more] = readdirSync(folder).filter((name) => name.endsWith(".sock"))
  assert.deepEqual(more, [])
  for (const name of ["master-key", "server.json", door!])
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  const byPort = readdirSync(desk.path).filter((name) => name.endsWith(`-${server.port}.json`))
  assert.equal(byPort.length, 1)
  assert.equal(statSync(join(desk.path, byPort[0]!)).mode & 0o777, 0o600)
  await server.end()
})

/** Where in the folder people work in, and below, a text lies. */
const filesWith = (text: string): string[] =>
  readdirSync(desk.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text))

test("a server is found though its directory has a name too long for a socket", async () => {
  const name = "d".repeat(120)
  const server = await desk.start("--data-dir", name)
  for (const flags of [
    ["--data-dir", name],
    ["--port", String(server.port)],
  ])
    assert.match((await desk.run("env", ...flags)).stdout, new RegExp(`^export AWS_ENDPOINT_URL=${server.url}\n`))
  await server.end()
})

test("the log has a line for each request, and no secret in any", async () => {
  for (const form of ["json", "text"]) {
    const server = await desk.start("--memory", "--log", form)
    const client = await server.client()
    const idp = new CognitoIdentityProviderClient(client)
    const UserPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "p" }))).UserPool!.Id!
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "c",
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    )
    const ClientId = UserPoolClient!.ClientId!
    const [Username, Password, wrong] = ["ana\u001b[2J", "Never-log-me-1", "Nor-log-me-2"]
    await idp.send(new SignUpCommand({ ClientId, Username: "ana", Password }))
    const signIn = (PASSWORD: string) =>
      idp.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: Username, PASSWORD },
        }),
      )
    await assert.rejects(signIn(wrong))
    const iam = new IAMClient(client)
    await iam.send(new CreateUserCommand({ UserName: "bo" }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "bo" }))
    const theirs = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    await new STSClient({ ...client, credentials: theirs }).send(new GetCallerIdentityCommand({}))
    const bearer = "Bearer never-log-me.3"
    const target = "DynamoDB_20120810.ListTables"
    const lost = await fetch(server.url, {
      method: "POST",
      headers: { authorization: bearer, "x-amz-target": target },
      body: "{}",
    })
    assert.match(await lost.text(), /never-log-me\.3/, "its sender is told, as by AWS")
    const notBuilt = await fetch(server.url, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.ExportTableToPointInTime" },
      body: "{}",
    })
    assert.equal(notBuilt.status, 501)
    const notServed = await fetch(server.url, {
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/quicksight/aws4_request" },
    })
    assert.equal(notServed.status, 501)
    assert.equal(await server.end(), 0)
    const log = server.output()
    for (const what of ["ListTables", "SignUp", "CreateAccessKey", "GetCallerIdentity", "user/bo"])
      assert.ok(log.includes(what), what)
    const lines =
      form === "json"
        ? log
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : []
    if (form === "text") assert.match(log, /501 dynamodb:ExportTableToPointInTime .*\n.*\n.* 501 quicksight:GET /)
    else {
      const named = lines.filter(({ status }) => status === 501).map(({ service, operation }) => [service, operation])
      assert.deepEqual(named, [
        ["dynamodb", "ExportTableToPointInTime"],
        ["quicksight", undefined],
      ])
    }
    for (const secret of [
      bearer,
      Password,
      wrong,
      theirs.secretAccessKey,
      client.credentials.secretAccessKey,
      "\u001b",
    ])
      assert.ok(!log.includes(secret), `the ${form} log holds ${JSON.stringify(secret)}`)
    if (form === "json") for (const line of log.trim().split("\n")) assert.equal(typeof JSON.parse(line), "object")
  }
})

test("a port that is taken is told", async () => {
  const other = createServer()
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port))
  })
  const workers = ["--workers", "2", "--database-url", "postgres://nobody@127.0.0.1:1/none"]
  for (const flags of [["--memory"], workers]) {
    const { code, stderr } = await desk.run("start", ...flags, "--port", String(port))
    assert.equal(code, 2)
    assert.equal(
      stderr,
      `hallpass start: Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another with --port.\n`,
    )
  }
  other.close()
})

const REFUSED: [what: string, args: string[], text: RegExp][] = [
  ["an unknown flag", ["--nonsense"], /Unknown option '--nonsense'/],
  ["a flag without its value", ["--port"], /--port/],
  ["a port that is none", ["--port", "99999"], /--port '99999' is not a whole number from 0 to 65535/],
  ["a host that is none", ["--memory", "--port", "0", "--host", "203.0.113.77"], /--host '203.0.113.77' is no address/],
  ["a region that is none", ["--region", "Mars"], /--region 'Mars' is not the name of a region/],
  ["an account that is none", ["--account-id", "12"], /--account-id '12' is not 12 digits/],
  ["memory and a directory", ["--memory", "--data-dir", "x"], /--memory keeps nothing/],
  [
    "objects in memory elsewhere",
    ["--memory", "--objects", "dir=x"],
    /--memory keeps nothing, so it does not go with --objects/,
  ],
  ["objects nowhere", ["--objects", "x"], /--objects 'x' is neither dir=PATH nor s3=URL/],
  [
    "a bucket that is none",
    ["--objects", "s3=https://user:secret@host/b"],
    /--objects s3=URL must be as s3=https:[^@]*$/,
  ],
  ["a bucket without credentials", ["--objects", "s3=https://host/bucket"], /needs HALLPASS_OBJECTS_ACCESS_KEY_ID and/],
  ["workers on a directory", ["--workers", "2"], /--workers needs --database-url/],
  ["a database that is none", ["--database-url", "mysql://x"], /--database-url must begin with postgres:\/\//],
  ["a public URL that is none", ["--public-url", "ftp://x"], /--public-url 'ftp:\/\/x' is not an http or https URL/],
  ["a log that is none", ["--log", "loud"], /--log 'loud' is none of text, json and off/],
  [
    "a rate that is none",
    ["--rate-limits", "many"],
    /--rate-limits 'many' is neither on nor off, nor a number up to 1000/,
  ],
  ["a certificate without its key", ["--tls-cert", "x.pem"], /--tls-cert and --tls-key go together/],
  [
    "a certificate that is not there",
    ["--memory", "--port", "0", "--tls-cert", "no.pem", "--tls-key", "no.pem"],
    /--tls-cert no\.pem cannot be read/,
  ],
  ["something that is no flag", ["now"], /'now' is not a flag/],
]
for (const [what, args, text] of REFUSED)
  test(`${what} is refused`, async () => {
    const { code, stdout, stderr } = await desk.run("start", ...args)
    assert.equal(code, 2)
    assert.equal(stdout, "")
    assert.match(stderr, text)
    assert.match(stderr, /^hallpass start: [^\n]+\n$/)
  })

test("a data directory that cannot be used is told", async () => {
  writeFileSync(join(desk.path, "file"), "")
  mkdirSync(join(desk.path, "odd", "master-key"), { recursive: true })
  symlinkSync("/no/such/place", join(desk.path, "dangling"))
  mkdirSync(join(desk.path, "short"))
  writeFileSync(join(desk.path, "short", "master-key"), "too short\n")
  mkdirSync(join(desk.path, "broken"))
  writeFileSync(join(desk.path, "broken", "hallpass.db"), "no database ".repeat(1000))
  const cases: [folder: string, code: number, text: RegExp][] = [
    ["file", 2, /The data directory file cannot be made/],
    ["file/below", 2, /The data directory file\/below cannot be made/],
    ["odd", 2, /odd\/master-key cannot be read/],
    ["short", 2, /The master key in short\/master-key must be 32 bytes/],
    ["broken", 1, /hallpass\.db/],
    ["/proc/x", 2, /The data directory \/proc\/x cannot be made/],
    ["/proc/x/y/z", 2, /The data directory \/proc\/x\/y\/z cannot be made/],
    ["dangling", 2, /The data directory dangling cannot be made/],
  ]
  for (const [folder, code, text] of cases) {
    const result = await desk.run("start", "--port", "0", "--data-dir", folder)
    assert.match(result.stderr, text, folder)
    assert.match(result.stderr, /^hallpass start: [^\n]+\n$/, folder)
    assert.equal(result.code, code, folder)
  }
})

test("a database under another master key is refused", async () => {
  const server = await desk.start("--data-dir", "mine")
  await server.end()
  writeFileSync(join(desk.path, "mine", "master-key"), `${Buffer.alloc(32, 1).toString("base64")}\n`)
  const { code, stderr } = await desk.run("start", "--port", "0", "--data-dir", "mine")
  assert.match(stderr, /^hallpass start: The master key is not the one that this database was sealed with\. [^\n]+\n$/)
  assert.equal(code, 2)
  // Nor does a start without any leave a new one, which would be taken for the right one.
  rmSync(join(desk.path, "mine", "master-key"))
  const without = await desk.run("start", "--port", "0", "--data-dir", "mine")
  assert.match(
    without.stderr,
    /^hallpass start: This database was sealed with a master key that is not here\. [^\n]+\n$/,
  )
  assert.equal(without.code, 2)
  assert.ok(!existsSync(join(desk.path, "mine", "master-key")))
})
