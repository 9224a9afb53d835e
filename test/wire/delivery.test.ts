import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { createHmac } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer as createHttpServer, type IncomingMessage } from "node:http"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolRequest,
  ForgotPasswordCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { SMTPServerOptions } from "smtp-server"
import { askControl } from "../harness/control.ts"
import { findOrInstall } from "../harness/debian.ts"
import { eventually } from "../harness/eventually.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { startServerProcess } from "../harness/server-process.ts"
import { startSmtp } from "../harness/smtp-server.ts"
import { PASSWORD } from "./cognito-idp-world.ts"

const FROM = "Example <no-reply@example.com>"

/** A pool that mails codes to whoever signs up. */
async function openPool(idp: CognitoIdentityProviderClient, pool: Partial<CreateUserPoolRequest> = {}) {
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({ PoolName: "people", AutoVerifiedAttributes: ["email"], ...pool }),
  )
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", PreventUserExistenceErrors: "ENABLED" }),
  )
  const ClientId = UserPoolClient!.ClientId!
  const signUp = (Username: string, attributes: Record<string, string> = { email: `${Username}@example.org` }) =>
    idp.send(
      new SignUpCommand({
        ClientId,
        Username,
        Password: PASSWORD,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    )
  return { ClientId, UserPoolId, signUp }
}

type Outbox = { destination: string; code: string; delivery?: { state: string; attempts: number; reason?: string } }[]
const outboxOf = async (server: TestServer): Promise<Outbox> => (await askControl(server, "GET", "outbox")).messages
const settled = (server: TestServer, state: string) =>
  eventually(async () => {
    const messages = await outboxOf(server)
    return messages.every(({ delivery }) => delivery?.state === state) && messages
  })

/** Moves the clock on, so that what waits is due. */
async function advance(server: TestServer, seconds: number): Promise<void> {
  const { now } = await askControl(server, "GET", "clock")
  await askControl(server, "POST", "clock", { now: new Date(Date.parse(now) + seconds * 1000).toISOString() })
}

describe("mails", () => {
  test("go to a server of SMTP, from whom pool and operator say, and to nobody for nobody", async () => {
    const smtp = await startSmtp()
    await using server = await startServer(["--smtp-url", `smtp://127.0.0.1:${smtp.port}`, "--mail-from", FROM])
    const idp = new CognitoIdentityProviderClient(server.client)
    const { signUp, ClientId } = await openPool(idp, {
      VerificationMessageTemplate: {
        EmailSubject: "Welcome {username}",
        EmailMessage: "<p>Hi <b>{username}</b>:</p>{####}",
      },
    })
    await signUp("ann")
    await idp.send(new ForgotPasswordCommand({ ClientId, Username: "nobody@example.org" }))
    const [{ code, delivery }] = (await settled(server, "sent")) as [Outbox[number]]
    assert.equal(delivery!.attempts, 1)
    const [mail, ...more] = smtp.received
    assert.deepEqual(more, [])
    assert.deepEqual([mail!.from, mail!.to], ["no-reply@example.com", ["ann@example.org"]])
    assert.match(mail!.text, /^From: Example <no-reply@example\.com>\r$/m)
    assert.match(mail!.text, /^To: ann@example\.org\r$/m)
    assert.match(mail!.text, /^Subject: Welcome ann\r$/m)
    assert.match(mail!.text, /^Message-ID: <[\w-]+@example\.com>\r$/m)
    assert.ok(mail!.text.includes(`<p>Hi <b>ann</b>:</p>${code}`))
    assert.ok(mail!.text.includes(`Hi ann:\r\n${code}`))

    const own = await openPool(idp, {
      EmailConfiguration: {
        EmailSendingAccount: "DEVELOPER",
        SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/shop@example.net",
        ReplyToEmailAddress: "help@example.net",
      },
    })
    const hostile = '<a/href="https://evil.example">x</a>'
    await own.signUp(hostile, { email: "bob@example.org" })
    await settled(server, "sent")
    const bobs = smtp.received.at(-1)!
    assert.match(bobs.text, /^From: shop@example\.net\r$/m)
    assert.match(bobs.text, /^Reply-To: help@example\.net\r$/m)
    assert.equal(bobs.from, "no-reply@example.com", "what cannot be delivered comes back to the operator")
    const named = await openPool(idp, {
      EmailConfiguration: { From: "Shop\r\nBcc: all@example.org <shop@example.net>" },
      VerificationMessageTemplate: { EmailSubject: "{####}\r\nBcc: {username}", EmailMessage: "{username} {####}" },
    })
    await named.signUp(hostile, { email: "cem@example.org" })
    await settled(server, "sent")
    const cems = smtp.received.at(-1)!
    assert.doesNotMatch(cems.text.split("\r\n\r\n")[0]!, /^Bcc:/im)
    assert.deepEqual(cems.to, ["cem@example.org"])
    const page = cems.text.slice(cems.text.indexOf("Content-Type: text/html"))
    assert.match(page, /&lt;a\/href/, "what a user is called is no markup")
    await smtp.stop()
  })

  test("go by TLS, and with a password", async () => {
    const directory = mkdtempSync(join(tmpdir(), "hallpass-smtp-"))
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")]
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]
    execFileSync(findOrInstall("openssl"), ["req", "-x509", ...curve, ...names, "-keyout", key, "-out", cert], {
      stdio: "pipe",
    })
    const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") }
    rmSync(directory, { recursive: true, force: true })
    const options: SMTPServerOptions = {
      ...tls,
      authOptional: false,
      onAuth(auth, _, done) {
        if (auth.username === "us er" && auth.password === "p@ss:word") return done(null, { user: auth.username })
        done(new Error("Invalid username or password"))
      },
    }
    const [implicit, upgraded] = [await startSmtp({ ...options, secure: true }), await startSmtp(options)]
    const user = `us%20er:p%40ss%3Aword`
    const send = async (url: string, state: string) => {
      await using server = await startServer(["--clock-control", "--smtp-url", url, "--mail-from", FROM])
      const idp = new CognitoIdentityProviderClient(server.client)
      await (await openPool(idp)).signUp("ann")
      return await eventually(async () => {
        const [message] = await outboxOf(server)
        return message!.delivery!.state === state && message!.delivery!.attempts > 0 && message!.delivery
      })
    }
    // A certificate that nobody vouches for is no reason to go on without one.
    for (const url of [`smtps://${user}@localhost:${implicit.port}`, `smtp://${user}@localhost:${upgraded.port}`])
      assert.match((await send(url, "waiting")).reason!, /self-signed certificate/)
    const before = getCACertificates("default")
    setDefaultCACertificates([...before, tls.cert])
    try {
      await send(`smtps://${user}@localhost:${implicit.port}`, "sent")
      await send(`smtp://${user}@localhost:${upgraded.port}`, "sent")
      const { reason } = await send(`smtps://user:wr0ng@localhost:${implicit.port}`, "waiting")
      assert.match(reason!, /Invalid/)
      assert.doesNotMatch(reason!, /wr0ng/)
    } finally {
      setDefaultCACertificates(before)
    }
    for (const { received } of [implicit, upgraded])
      assert.deepEqual(
        received.map(({ isSecure, user: who }) => [isSecure, who]),
        [[true, "us er"]],
      )
    await implicit.stop()
    await upgraded.stop()
  })

  test("wait where the server is dead or says nothing, and hold up nobody", async () => {
    const held: Socket[] = []
    let isOver = false
    const silent = createServer((socket) => {
      socket.on("error", () => {})
      if (isOver) socket.destroy()
      else held.push(socket)
    })
    silent.listen(0, "127.0.0.1")
    await once(silent, "listening")
    const { port } = silent.address() as AddressInfo
    await using server = await startServer([
      "--clock-control",
      "--smtp-url",
      `smtp://127.0.0.1:${port}`,
      "--mail-from",
      FROM,
    ])
    const idp = new CognitoIdentityProviderClient(server.client)
    const { signUp } = await openPool(idp)
    for (let n = 0; n < 8; n++) await signUp(`user${n}`)
    await eventually(() => held.length > 0)
    assert.deepEqual(
      (await outboxOf(server)).map(({ delivery }) => delivery),
      Array(8).fill({ state: "waiting", attempts: 0 }),
    )
    isOver = true
    for (const socket of held) socket.destroy()
    silent.close()
    await eventually(async () => (await outboxOf(server)).every(({ delivery }) => delivery!.attempts > 0))
    const smtp = await startSmtp({}, port)
    // Those of a transport that is being given up may have begun before the new server was there.
    await eventually(async () => {
      await advance(server, 600)
      return (await outboxOf(server)).every(({ delivery }) => delivery!.state === "sent")
    })
    assert.deepEqual(new Set(smtp.received.flatMap(({ to }) => to)).size, 8)
    await smtp.stop()
  })

  test("go to one address, and to nobody whom an address hides in another", async () => {
    const smtp = await startSmtp()
    await using server = await startServer(["--smtp-url", `smtp://127.0.0.1:${smtp.port}`, "--mail-from", FROM])
    const { signUp } = await openPool(new CognitoIdentityProviderClient(server.client))
    const hidden = [
      "<eve@evil.example>x.corp.example",
      "eve@evil.example,x.corp.example",
      "eve@evil.example;x.corp.example",
      "eve@evil.example(x.corp.example",
      "x:eve@evil.example",
      '"eve"@evil.example',
    ]
    for (const [index, email] of hidden.entries()) await signUp(`eve${index}`, { email })
    const failed = await settled(server, "failed")
    assert.equal(failed.length, hidden.length)
    for (const message of failed) {
      assert.equal(message.delivery!.attempts, 1)
      assert.match(message.delivery!.reason!, /no plain address/)
    }
    await signUp("ann", { email: "ann+o'x@example.org" })
    await eventually(() => smtp.received.length > 0)
    assert.deepEqual(
      smtp.received.map(({ to }) => to),
      [["ann+o'x@example.org"]],
    )
    await smtp.stop()
  })

  test("that are refused for good are given up at once, others in the end, and both are tried anew when somebody says so", async () => {
    let refusal: (Error & { responseCode?: number }) | undefined = Object.assign(new Error("no such mailbox"), {
      responseCode: 550,
    })
    const smtp = await startSmtp({ onRcptTo: (_address, _session, done) => done(refusal) })
    await using server = await startServer([
      "--clock-control",
      "--smtp-url",
      `smtp://127.0.0.1:${smtp.port}`,
      "--mail-from",
      FROM,
    ])
    const idp = new CognitoIdentityProviderClient(server.client)
    const { signUp } = await openPool(idp)
    await signUp("ann")
    const [anns] = await settled(server, "failed")
    assert.equal(anns!.delivery!.attempts, 1)
    assert.match(anns!.delivery!.reason!, /no such mailbox/)

    refusal = Object.assign(new Error("come back later"), { responseCode: 450 })
    await askControl(server, "POST", "outbox/retry")
    await eventually(async () => {
      await advance(server, 301)
      const [{ delivery }] = (await outboxOf(server)) as [Outbox[number]]
      return delivery!.state === "failed" && delivery!.attempts === 38
    })
    assert.deepEqual(smtp.received, [])
    refusal = undefined
    assert.deepEqual(await askControl(server, "POST", "outbox/retry"), { retried: 1 })
    await settled(server, "sent")
    assert.deepEqual(await askControl(server, "POST", "outbox/retry"), { retried: 0 })
    await smtp.stop()
  })
})

describe("texts", () => {
  test("go to a webhook, signed", async () => {
    const SECRET = "a secret of sixteen and more"
    const calls: { request: IncomingMessage; body: string }[] = []
    let status = 503
    const hook = createHttpServer(async (request, response) => {
      let body = ""
      for await (const chunk of request) body += chunk
      calls.push({ request, body })
      response.writeHead(status).end("a body that nobody reads")
    })
    hook.listen(0, "127.0.0.1")
    await once(hook, "listening")
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/texts?x=1`
    const variables = { HALLPASS_SMS_WEBHOOK_SECRET: SECRET }
    const server = await startServerProcess(["--memory", "--clock-control", "--sms-webhook", url], { variables })
    const asServer = server as unknown as TestServer
    const idp = new CognitoIdentityProviderClient(server.client)
    const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "shop" }
    const { signUp, UserPoolId } = await openPool(idp, {
      AutoVerifiedAttributes: ["phone_number"],
      SmsConfiguration,
      VerificationMessageTemplate: { SmsMessage: "Your code: {####}" },
    })
    await signUp("ann", { phone_number: "+12065550100" })
    await eventually(() => calls.length > 0)
    status = 200
    await eventually(async () => (await outboxOf(asServer))[0]!.delivery!.attempts > 0)
    await advance(asServer, 10)
    const [{ code, delivery }] = (await settled(asServer, "sent")) as [Outbox[number]]
    assert.equal(delivery!.attempts, calls.length)
    const [first, last] = [calls[0]!, calls.at(-1)!]
    const { id, time, ...told } = JSON.parse(last.body)
    assert.deepEqual(told, {
      to: "+12065550100",
      body: `Your code: ${code}`,
      userPoolId: UserPoolId,
      username: "ann",
      smsConfiguration: SmsConfiguration,
    })
    assert.equal(JSON.parse(first.body).id, id)
    assert.equal(last.request.headers["idempotency-key"], id)
    assert.ok(Date.parse(time))
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
      String(last.request.headers["hallpass-signature"]),
    )!
    assert.equal(createHmac("sha256", SECRET).update(`${seconds}.${last.body}`).digest("hex"), signature)

    status = 400
    await signUp("bob", { phone_number: "+12065550101" })
    const bobs = await eventually(async () =>
      (await outboxOf(asServer)).find(({ delivery: one }) => one?.state === "failed"),
    )
    assert.equal(bobs.delivery!.reason, "the webhook answered 400")
    idp.destroy()
    await server.stop()
    hook.close()
  })
})
