import { systemClock } from "../base/clock.ts"
import { readConfig } from "../config.ts"
import { createLog } from "../log.ts"
import { startHallpass } from "../start.ts"
import { type Clients, clientsOf } from "./clients.ts"
import { clockOf, type TestClock } from "./clock.ts"
import { controlOf } from "./control-calls.ts"
import { type Decisions, decisionsOf, explainBy, type Refused } from "./decisions.ts"
import { type Outbox, outboxOf } from "./outbox.ts"
import { ownFunctions, triggerArn } from "./own-functions.ts"
import type { TriggerName, Triggers } from "./triggers.ts"
import { type BackgroundWork, workOf } from "./work.ts"

export interface StartOptions {
  /** Keep nothing. So it is unless `dataDirectory` or `databaseUrl` says where to keep it. */
  memory?: boolean
  dataDirectory?: string
  /** `postgres://...` */
  databaseUrl?: string
  /** Any free one unless told. */
  port?: number
  /** us-east-1 unless told. */
  region?: string
  /** 12 digits; 123456789012 unless told. */
  accountId?: string
  /** Nothing is logged unless told. */
  log?: "text" | "json" | "off"
  /** `server.clock` works unless this is false. */
  clockControl?: boolean
  /** Further flags of `hallpass start`, as they are written there. */
  flags?: readonly string[]
  /**
   * Functions of this process that run as triggers: of every user pool that configures none of its own for the occasion, and
   * of those that name their ARNs (`server.triggerArn`).
   */
  triggers?: Triggers
}

/** A whole server in this process. */
export interface TestServer extends Clients, AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string
  port: number
  region: string
  accountId: string
  clock: TestClock
  outbox: Outbox
  decisions: Decisions
  /** Why: what `hallpass explain` prints of a request, or of the last refusal. */
  explain(request?: Refused): Promise<string>
  work: BackgroundWork
  /** What a `LambdaConfig` names a function of `triggers` by. */
  triggerArn(name: TriggerName): string
  /** Forgets everything (with `memory`), and brings the clock back to the present. */
  reset(): Promise<void>
  /** Ends it when the requests in flight are answered; throws what went wrong in the server itself, if anything did. */
  close(): Promise<void>
}

/** Starts a server in this process. Resolves when the first request would be answered. */
export async function start(options: StartOptions = {}): Promise<TestServer> {
  const config = readConfig(flagsOf(options), {})
  const faults: unknown[] = []
  const log = createLog(config.log, (text) => process.stdout.write(text))
  const running = await startHallpass(config, { ...log, fault: (error) => faults.push(error) }, (clock) =>
    ownFunctions(config, options.triggers ?? {}, clock),
  )
  const ask = controlOf(running)
  const clock = clockOf(ask)
  const decisions = decisionsOf(ask)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= running.close().then(() => {
      log.flush()
      // An error of the server's own is a failure of the test that met it, whatever the client made of the answer.
      if (faults.length > 0) throw new AggregateError(faults, "The server met errors of its own.")
    })
    return closing
  }
  return {
    url: running.url,
    port: running.port,
    region: running.region,
    accountId: config.accountId,
    ...clientsOf(running),
    clock,
    outbox: outboxOf(ask),
    decisions,
    explain: explainBy(decisions),
    work: workOf(ask),
    triggerArn: (name) => triggerArn(config, name),
    async reset() {
      await ask("POST", "reset")
      if (config.clockControl) await clock.set(new Date(systemClock.now()))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function flagsOf(options: StartOptions): string[] {
  const { dataDirectory, databaseUrl, port = 0, region, accountId, log = "off", clockControl = true } = options
  const isKept = dataDirectory !== undefined || databaseUrl !== undefined
  const valued = { "data-dir": dataDirectory, "database-url": databaseUrl, region, "account-id": accountId }
  return [
    ...(options.memory || !isKept ? ["--memory"] : []),
    ...Object.entries(valued).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...["--port", String(port), "--log", log],
    ...(clockControl ? ["--clock-control"] : []),
    ...(options.flags ?? []),
  ]
}
