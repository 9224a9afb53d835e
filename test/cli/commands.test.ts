import assert from "node:assert/strict"
import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, mock, test } from "node:test"
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam"
import { commands } from "../../src/cli/commands.ts"
import { START_FLAGS } from "../../src/config.ts"
import { main } from "../../src/main.ts"
import type { SdkClientOptions } from "../../src/testing/index.ts"
import { type Desk, openDesk, type Running } from "./running-server.ts"

let desk: Desk
before(() => {
  desk = openDesk()
  // Where commands that run in this process look for servers by their port.
  process.env.XDG_RUNTIME_DIR = desk.path
})
after(() => desk.clear())

/** A command that needs no process of its own. */
async function here(...args: string[]) {
  const told = { stdout: "", stderr: "" }
  const log = mock.method(console, "log", (text: string) => {
    told.stdout += `${text}\n`
  })
  const error = mock.method(console, "error", (text: string) => {
    told.stderr += `${text}\n`
  })
  try {
    await main(args)
    return { code: Number(process.exitCode ?? 0), ...told }
  } finally {
    process.exitCode = 0
    log.mock.restore()
    error.mock.restore()
  }
}

describe("what every command does", () => {
  test("without one: a greeting of ten lines that says how to start", async () => {
    const { code, stdout, stderr } = await here()
    assert.equal(code, 0)
    assert.equal(stderr, "")
    assert.ok(stdout.trim().split("\n").length <= 10)
    assert.match(stdout, /npx hallpass start/)
  })

  test("help lists them all, and an unknown one is refused", async () => {
    for (const how of ["help", "--help", "-h"]) {
      const { code, stdout } = await here(how)
      assert.equal(code, 0)
      for (const name of Object.keys(commands)) assert.match(stdout, new RegExp(`^  ${name} `, "m"))
    }
    for (const name of ["nonsense", "__proto__", "constructor"])
      assert.deepEqual(await here(name), {
        code: 2,
        stdout: "",
        stderr: `hallpass: There is no command '${name}'. 'hallpass help' lists them.\n`,
      })
    assert.match((await here("strat")).stderr, /^hallpass: There is no command 'strat'\. Did you mean 'start'\?/)
    assert.match((await here("explain", "--jsn")).stderr, /^hallpass explain: .*'--jsn'\. Did you mean --json\?\n$/)
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
    for (const how of [["version"], ["--version"]]) assert.equal((await here(...how)).stdout, `${version}\n`)
    assert.equal((await desk.run("help", "stop")).stdout, (await here("stop", "--help")).stdout)
    assert.equal((await here("help", "nonsense")).code, 2)
  })

  for (const name of Object.keys(commands))
    test(`${name} has help with an example, knows its flags, and is not coloured in a pipe`, async () => {
      for (const flag of ["--help", "-h"]) {
        const { code, stdout, stderr } = await here(name, flag)
        assert.deepEqual([code, stderr], [0, ""])
        assert.match(stdout, new RegExp(`^hallpass ${name}\\b[^\n]*: `))
        assert.match(stdout, /\nExample: .*hallpass/)
        assert.ok(!stdout.includes("\u001b"))
      }
      const { code, stdout, stderr } = await here(name, "--no-such-flag")
      assert.deepEqual([code, stdout], [2, ""])
      assert.match(stderr, new RegExp(`^hallpass ${name}: .*--no-such-flag.*\n$`))
    })

  test("start's help has every flag", async () => {
    const { stdout } = await here("start", "--help")
    for (const flag of Object.keys(START_FLAGS)) if (flag !== "help") assert.match(stdout, new RegExp(`--${flag}\\b`))
  })

  test("docs/commands.md tells of every command and every flag", async () => {
    const page = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8")
    // These are told of once, for all.
    const common = ["--help", "--json", "--data-dir", "--port"]
    for (const name of Object.keys(commands)) {
      const section = page.split(`\n## ${name}\n`)[1]?.split("\n## ")[0]
      assert.ok(section, name)
      const { stdout } = await here(name, "--help")
      for (const [flag] of stdout.matchAll(/--[a-z][\w-]+/g))
        assert.ok(common.includes(flag) || section.includes(flag), `${name} ${flag}`)
    }
  })

  test("what needs a server says so where there is none", async () => {
    for (const args of [
      ["env"],
      ["explain"],
      ["outbox"],
      ["status"],
      ["decisions"],
      ["clock"],
      ["stop"],
      ["reset"],
      ["identity", "x"],
    ]) {
      const text = "No server of yours is running. 'hallpass start' runs one."
      assert.deepEqual(await desk.run(...args), { code: 1, stdout: "", stderr: `hallpass ${args[0]}: ${text}\n` })
    }
    const { stderr } = await desk.run("env", "--data-dir", "nowhere")
    assert.match(stderr, /No server of yours is running on nowhere\./)
    assert.match((await desk.run("env", "--port", "1")).stderr, /No server of yours is running on port 1\./)
    assert.equal((await desk.run("env", "--port", "zero")).code, 2)
    assert.equal((await desk.run("env", "more")).code, 2)
  })
})

describe("commands on a running server", () => {
  let kept: Running
  let memory: Running
  let client: SdkClientOptions
  before(async () => {
    kept = await desk.start("--data-dir", "kept")
    memory = await desk.start("--memory")
    client = await memory.client()
  })
  const onMemory = (name: string, ...args: string[]) => here(name, ...args, "--port", String(memory.port))

  test("env finds it by its directory and by its port, for shells and for programs", async () => {
    for (const args of [
      ["--data-dir", "kept"],
      ["--port", String(kept.port)],
    ]) {
      const { code, stdout } = await desk.run("env", ...args)
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`^export AWS_ENDPOINT_URL=${kept.url}\n`))
      assert.match(stdout, /\nexport AWS_SECRET_ACCESS_KEY=\S+\n/)
      assert.match(stdout, /\nunset AWS_SESSION_TOKEN AWS_PROFILE\n$/)
      const { stdout: json } = await desk.run("env", ...args, "--json")
      assert.deepEqual(Object.keys(JSON.parse(json)).sort(), [
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
      ])
    }
    assert.match((await onMemory("env")).stdout, new RegExp(memory.url))
  })

  test("env believes no file that somebody else could have written", async () => {
    const planted = (port: number) => join(desk.path, `hallpass-${process.getuid?.() ?? 0}-${port}.json`)
    const [door] = readdirSync(join(desk.path, "kept")).filter((name) => name.endsWith(".sock"))
    const text = JSON.stringify({ pid: process.pid, door: join(desk.path, "kept", door!) })
    writeFileSync(planted(1001), text)
    chmodSync(planted(1001), 0o666)
    symlinkSync(planted(1001), planted(1002))
    for (const port of ["1001", "1002"]) {
      const { code, stdout } = await desk.run("env", "--port", port)
      assert.deepEqual([code, stdout], [1, ""])
    }
    chmodSync(planted(1001), 0o600)
    assert.equal((await desk.run("env", "--port", "1001")).code, 0, "but for its mode, it would be believed")
  })

  test("explain says that nothing was refused, then the last refusal, then one by its id", async () => {
    assert.deepEqual(await onMemory("explain"), {
      code: 1,
      stdout: "",
      stderr: "hallpass explain: Nothing was refused yet.\n",
    })
    const iam = new IAMClient(client)
    await iam.send(new CreateUserCommand({ UserName: "ana" }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ana" }))
    const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    const ana = new IAMClient({ ...client, credentials })
    const refused = async () =>
      ana.send(new ListUsersCommand({})).then(
        () => assert.fail("it was allowed"),
        (error) => error.$metadata.requestId as string,
      )
    const [first, second] = [await refused(), await refused()]
    const last = await onMemory("explain")
    assert.equal(last.code, 0)
    assert.match(last.stdout, /implicit deny: iam:ListUsers on/)
    assert.ok(last.stdout.includes(second) && !last.stdout.includes("\u001b"))
    assert.ok((await onMemory("explain", first)).stdout.includes(first))
    const call = JSON.parse((await onMemory("explain", first, "--json")).stdout)
    assert.deepEqual([call.requestId, call.decisions[0].decision], [first, "implicit_deny"])
    assert.deepEqual(await onMemory("explain", "no-such-id"), {
      code: 1,
      stdout: "",
      stderr: "hallpass explain: No decision of the request 'no-such-id' is remembered.\n",
    })
    assert.equal((await onMemory("explain", first, second)).code, 2)
  })

  test("outbox shows what was sent, the newest last, until it is cleared", async () => {
    assert.equal((await onMemory("outbox")).stdout, "Nothing was sent yet.\n")
    const idp = new CognitoIdentityProviderClient(client)
    const UserPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "p" }))).UserPool!.Id!
    for (const name of ["ana", "bo"])
      await idp.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username: name,
          DesiredDeliveryMediums: ["EMAIL"],
          UserAttributes: [{ Name: "email", Value: `${name}@example.com` }],
        }),
      )
    const { stdout } = await onMemory("outbox")
    assert.match(stdout, /EMAIL to ana@example\.com: [\s\S]+EMAIL to bo@example\.com: /)
    const messages = JSON.parse((await onMemory("outbox", "--json")).stdout) as { destination: string }[]
    assert.deepEqual(
      messages.map(({ destination }) => destination),
      ["ana@example.com", "bo@example.com"],
    )
    assert.equal((await onMemory("outbox", "--clear")).stdout, "The outbox is empty.\n")
    assert.equal((await onMemory("outbox", "--json")).stdout, "[]\n")
  })

  test("outbox tells the newest code of an address, and what comes as it comes", async () => {
    const idp = new CognitoIdentityProviderClient(client)
    const UserPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "codes" }))).UserPool!.Id!
    const invite = (name: string) =>
      idp.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username: name,
          DesiredDeliveryMediums: ["EMAIL"],
          UserAttributes: [{ Name: "email", Value: `${name}@example.com` }],
        }),
      )
    for (const name of ["cleo", "dan"]) await invite(name)
    const code = (await onMemory("outbox", "cleo@example.com", "--code")).stdout.trim()
    const [message] = JSON.parse((await onMemory("outbox", "cleo", "--json")).stdout) as { code: string }[]
    assert.ok(code.length > 3)
    assert.equal(message!.code, code)
    assert.equal((await onMemory("outbox", "nobody@example.com", "--code")).code, 1)
    assert.equal((await onMemory("outbox", "--clear", "--code")).code, 2)
    const followed = desk.follow("outbox", "--follow", "--code", "--port", String(memory.port))
    await followed.until(/\S+\n\S+\n/)
    await invite("eve")
    await followed.until(/\S+\n\S+\n\S+\n/)
    followed.end()
  })

  test("decisions lists and follows what was decided, status tells which server it is", async () => {
    const { stdout } = await onMemory("decisions", "--limit", "3")
    assert.equal(stdout.trim().split("\n").length, 3)
    assert.match(stdout, /200 {2}cognito-idp:AdminCreateUser {2}arn:aws:iam::123456789012:root/)
    const refused = JSON.parse((await onMemory("decisions", "--refused", "--json")).stdout) as { allowed: boolean }[]
    assert.ok(refused.every(({ allowed }) => !allowed))
    const followed = desk.follow("decisions", "--refused", "--follow", "--port", String(memory.port))
    await fetch(`${memory.url}/?x-id=ListBuckets`)
    await followed.until(/403 AccessDenied {2}s3:ListBuckets/)
    followed.end()
    const status = JSON.parse((await onMemory("status", "--json")).stdout)
    assert.deepEqual([status.url, status.pid, status.status], [memory.url, memory.pid, "ok"])
    assert.ok(!JSON.stringify(status).includes(client.credentials.secretAccessKey))
    assert.match((await onMemory("status")).stdout, /data {7}in memory/)
  })

  test("env speaks the language of each shell", async () => {
    const { secretAccessKey } = client.credentials
    const lines: Record<string, RegExp> = {
      fish: /^set -gx AWS_SECRET_ACCESS_KEY '(.+)'$/m,
      powershell: /^\$Env:AWS_SECRET_ACCESS_KEY = '(.+)'$/m,
      csh: /^setenv AWS_SECRET_ACCESS_KEY '?(.+?)'?$/m,
      cmd: /^set "AWS_SECRET_ACCESS_KEY=(.+)"$/m,
      dotenv: /^AWS_SECRET_ACCESS_KEY=(.+)$/m,
    }
    for (const [shell, line] of Object.entries(lines))
      assert.equal(line.exec((await onMemory("env", "--shell", shell)).stdout)?.[1], secretAccessKey, shell)
    assert.equal((await onMemory("env", "--shell", "nosh")).code, 2)
  })

  test("clock is told, and moved where that is allowed", async () => {
    assert.ok(Math.abs(Date.parse((await onMemory("clock")).stdout.trim()) - Date.now()) < 60_000)
    assert.match((await onMemory("clock", "+15m")).stderr, /^hallpass clock: The clock can be moved only where/)
    assert.equal((await onMemory("clock", "tomorrow")).code, 2)
    const moved = await desk.start("--memory", "--clock-control")
    const onMoved = (...args: string[]) => here("clock", ...args, "--port", String(moved.port))
    const ahead = Date.parse((await onMoved("+2h")).stdout.trim()) - Date.now()
    assert.ok(ahead > 7_000_000 && ahead < 7_300_000, String(ahead))
    assert.equal((await onMoved("2030-01-02T03:04:05Z")).stdout.slice(0, 16), "2030-01-02T03:04")
    assert.equal((await desk.run("stop", "--port", String(moved.port))).stdout, `${moved.url} has ended.\n`)
    assert.equal((await onMoved()).code, 1)
  })

  test("doctor finds what is wrong with a client's environment", async () => {
    const { accessKeyId, secretAccessKey } = client.credentials
    const good = {
      AWS_ENDPOINT_URL: memory.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: "us-east-1",
    }
    const examine = (environment: Record<string, string>) => desk.runWith(environment, "doctor")
    const well = await examine(good)
    assert.equal(well.code, 0, well.stdout)
    assert.match(well.stdout, /ok {4}The credentials are of arn:aws:iam::123456789012:root\./)
    const cases: [environment: Record<string, string>, text: RegExp][] = [
      [{}, /AWS_ENDPOINT_URL is not set/],
      [{ ...good, AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, /mend {2}Nothing answers at http:\/\/127\.0\.0\.1:1/],
      [
        { ...good, AWS_SECRET_ACCESS_KEY: "another-secret" },
        /mend {2}The credentials are refused: SignatureDoesNotMatch/,
      ],
      [{ ...good, AWS_SESSION_TOKEN: "left-over" }, /mend {2}AWS_SESSION_TOKEN is set/],
      [{ ...good, AWS_PROFILE: "work" }, /mend {2}AWS_PROFILE is work/],
      [{ ...good, AWS_ENDPOINT_URL_S3: "http://elsewhere" }, /mend {2}AWS_ENDPOINT_URL_S3 sends one service to/],
    ]
    for (const [environment, text] of cases) {
      const { code, stdout } = await examine(environment)
      assert.match(stdout, text)
      assert.equal(code, 1)
      assert.ok(!stdout.includes(secretAccessKey))
    }
  })

  test("reset forgets everything, but never what is kept", async () => {
    assert.equal((await onMemory("reset")).stdout, "Everything is forgotten.\n")
    assert.deepEqual((await new IAMClient(client).send(new ListUsersCommand({}))).Users, [])
    const keptClient = await kept.client()
    await new IAMClient(keptClient).send(new CreateUserCommand({ UserName: "stays" }))
    assert.deepEqual(await desk.run("reset", "--data-dir", "kept"), {
      code: 1,
      stdout: "",
      stderr: "hallpass reset: Only a server started with --memory can be reset.\n",
    })
    assert.equal((await new IAMClient(keptClient).send(new ListUsersCommand({}))).Users!.length, 1)
  })
})
