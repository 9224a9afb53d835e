import { type Config, readConfig, wantsColour } from "../config.ts"
import { createLog } from "../log.ts"
import { asListenError } from "./listening.ts"
import { announcePresence } from "./presence.ts"
import { answerParent } from "./worker-calls.ts"
import { forkWorkers, isWorker } from "./workers.ts"

const HELP = `hallpass start: run the server

  --host ADDRESS         where to listen                  (127.0.0.1)
  --port NUMBER          where to listen; 0 takes any free one (4566)
  --region NAME          region of callers that name none (us-east-1)
  --account-id DIGITS    account of the root credentials  (123456789012)
  --data-dir PATH        keep everything there            (./.hallpass)
  --memory               keep nothing
  --database-url URL     keep records in PostgreSQL       (postgres://...)
  --objects dir=PATH|s3=URL  keep the bytes of objects there (where the records are)
  --public-url URL       where clients reach the server, when that is elsewhere
  --issuer aws|public-url  whose name is the issuer of user pools' tokens (aws)
  --trust-proxy ADDRESS  believe this proxy's X-Forwarded-For and -Proto; repeatable
  --login-endpoint NAME=URL  where a login provider is reached (accounts.google.com=http://localhost:9000); repeatable
  --allow-http-issuers   OpenID Connect issuers on this machine may be http
  --functions MODE       run functions of Lambda sandboxed, unsandboxed or not at all: off (sandboxed)
  --function-modules DIR modules for all functions (the AWS SDK): node_modules and python in it
  --unlimited-streams    streams take and give as much as is asked for: no shard throttles (an extension)
  --integration-target URL     a server on a private address that APIs may have behind them; repeatable
  --service-endpoint NAME=URL  where sqs, sns or events is reached: for results of functions, and pushes; repeatable
  --smtp-url URL           mails go out by it: smtps://user:password@mail.example.com
  --mail-from ADDRESS      whom they are from: 'Example <no-reply@example.com>'
  --sms-webhook URL        texts go out by POST requests to it, signed with HALLPASS_SMS_WEBHOOK_SECRET
  --rate-limits on|off|TIMES  how often strangers may call (on where others than this machine reach it)
  --tls-cert FILE        speak https with this certificate (PEM); SIGHUP reads it again
  --tls-key FILE         the key of that certificate (PEM)
  --workers NUMBER       processes that share the port; needs --database-url (1)
  --clock-control        let the account root move the clock (for tests)
  --log text|json|off    one line a request               (text on terminals)

Environment: HALLPASS_ROOT_ACCESS_KEY_ID and HALLPASS_ROOT_SECRET_ACCESS_KEY, HALLPASS_MASTER_KEY, HALLPASS_DATABASE_URL,
HALLPASS_RATE_LIMITS.

Example: hallpass start --memory --port 4567`

export const start = {
  summary: "run the server",
  async run(args: string[]): Promise<void> {
    if (args.includes("--help") || args.includes("-h")) return console.log(HELP)
    const config = readConfig(args)
    if (config.workers > 1) await startWorkers(config)
    else await startOne(config)
  },
}

async function startOne(config: Config): Promise<void> {
  const log = createLog(config.log, (text) => process.stdout.write(text), wantsColour(process.stdout))
  // The server is large; whoever only wants to read the help shall not wait for it.
  const { startHallpass } = await import("../start.ts")
  const running = await startHallpass(config, log).catch((error) => {
    throw asListenError(error, config)
  })
  // A worker tells its parent, which speaks for all.
  if (isWorker) answerParent(running)
  const presence = isWorker ? undefined : await announcePresence(config, running, log.fault)
  if (!isWorker) announce(config, running.url)
  onSignal(
    config,
    () => running.reload(),
    async () => {
      await presence?.end()
      await running.close()
      log.flush()
      if (isWorker) process.disconnect()
    },
  )
}

/** Several processes on one port. Each is a node like any other: the database is all they share. */
async function startWorkers(config: Config): Promise<void> {
  if (isWorker) return startOne(config)
  const end = async () => {
    await presence.end()
    await running.close()
  }
  const running = await forkWorkers(config, (reason) => {
    console.error(`hallpass start: ${reason} What they said stands above; the server ends.`)
    process.exitCode = 1
    end()
  })
  const presence = await announcePresence(config, running, console.error)
  announce(config, running.url)
  onSignal(config, () => running.reload(), end)
}

function announce(config: Config, url: string): void {
  if (config.log === "json") console.log(JSON.stringify({ time: new Date().toISOString(), message: "listening", url }))
  else console.log(banner(config, url))
}

/** Ends once, however often it is asked to. A server with a certificate takes SIGHUP for its being renewed. */
function onSignal({ tls }: Config, reload: () => void, end: () => Promise<void>): void {
  const reloadOrTell = () => {
    try {
      reload()
    } catch (error) {
      console.error(`hallpass start: ${(error as Error).message} The certificate before stays in use.`)
    }
  }
  if (tls) process.on("SIGHUP", reloadOrTell)
  let isEnding = false
  for (const signal of ["SIGTERM", "SIGINT", ...(tls ? [] : (["SIGHUP"] as const))] as const)
    process.on(signal, () => {
      if (isEnding) return
      isEnding = true
      end().catch((error) => {
        console.error(error)
        process.exit(1)
      })
    })
}

function banner({ storage, region, accountId }: Config, url: string): string {
  const where = {
    memory: () => "in memory: nothing is kept",
    directory: () => `in ${(storage as { path: string }).path}`,
    database: () => `in PostgreSQL at ${new URL((storage as { url: string }).url).host}`,
  }[storage.kind]()
  const port = new URL(url).port || "80"
  const flags =
    storage.kind === "directory" && storage.path === ".hallpass" ? "" : port === "4566" ? "" : ` --port ${port}`
  return `
  Hallpass is listening at ${url}
  Account ${accountId}, region ${region}, data ${where}.

  In another terminal:

    eval "$(npx hallpass env${flags})"
    aws sts get-caller-identity
`
}
