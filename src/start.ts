import { join } from "node:path"
import { createAnswer } from "./answer.ts"
import type { RoleSource } from "./authorization/actors.ts"
import { createBackends } from "./base/backends.ts"
import { type Clock, type MovableClock, movableClock, systemClock } from "./base/clock.ts"
import { createOutgoing } from "./base/outgoing.ts"
import { randomUUID } from "./base/random.ts"
import { openRoom } from "./bytes/open.ts"
import { migrations as bytesMigrations } from "./bytes/tables.ts"
import { beginMoving, workersOf } from "./bytes/workers.ts"
import type { Deps } from "./call.ts"
import { compileCatalogue } from "./catalogue.ts"
import { readCertificate } from "./certificate.ts"
import type { Config } from "./config.ts"
import type { CallRecord } from "./control/call-record.ts"
import { createControl } from "./control/control.ts"
import { createMemory } from "./control/memory.ts"
import { createMetrics } from "./control/metrics.ts"
import { assertMasterKey, migrations as coreMigrations } from "./core-tables.ts"
import { createCourier } from "./delivery/create-courier.ts"
import { createLoginEndpoints } from "./federation/login-endpoints.ts"
import { introduce } from "./introduce.ts"
import { loadMasterKey, makePrivateDirectory, rootCredentials } from "./keys.ts"
import type { Log } from "./log.ts"
import { createRateLimits } from "./rate-limits.ts"
import { migrations as recordsMigrations } from "./records/tables.ts"
import type { RunningHallpass } from "./running.ts"
import { listen } from "./server.ts"
import type { OwnFunctions } from "./service.ts"
import { callerPolicies, createUses, findAccessKey, findRole } from "./services/iam/service.ts"
import { findOrganizationId } from "./services/organizations/service.ts"
import { decideServiceTrust } from "./services/sts/service.ts"
import { services } from "./services.ts"
import { clearStore } from "./store/clear.ts"
import { isStoreError, refused } from "./store/errors.ts"
import { openSqliteStore } from "./store/sqlite/open.ts"
import type { Store } from "./store/store.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import { again, done, type Workers } from "./work/job.ts"
import { migrations as workMigrations } from "./work/tables.ts"
import { createWork } from "./work/work.ts"

/** Opens the store, compiles the services and listens. Resolves when the first request would be answered. */
export async function startHallpass(
  config: Config,
  log: Log,
  ownFunctions?: (clock: Clock) => OwnFunctions,
): Promise<RunningHallpass> {
  const catalogue = compileCatalogue(services)
  const clock: Clock | MovableClock = config.clockControl ? movableClock(systemClock) : systemClock
  const key = loadMasterKey(config)
  const { masterKey } = key
  const credentials = rootCredentials(config, masterKey)
  const store = await openStore(config, clock)
  const work = createWork({ store, clock, onFault: log.fault })
  try {
    await assertMasterKey(store, key)
    const memory = createMemory(store, systemClock, log.fault)
    const metrics = createMetrics(services.map(({ name }) => name))
    const record = (call: CallRecord) => {
      memory.add(call)
      metrics.count(call)
      log.call(call, clock.now())
    }
    const bytes = await openRoom(config.objects, { store, clock, onFault: log.fault })
    // The port is known when it is listened on; a request can only come after that.
    const endpoint = {
      url: config.publicUrl ?? "",
      baseHosts: baseHosts(config),
      isIssuer: config.issuer === "public-url",
    }
    const loginEndpoints = createLoginEndpoints(config.loginEndpoints, config.allowHttpIssuers)
    const named = new Set(Object.values(config.serviceEndpoints).map((url) => new URL(url).origin))
    const roles: RoleSource = {
      policiesOf: (caller) => callerPolicies(deps, caller),
      findRole: (arn) => findRole(deps, arn),
      async isTrusting(arn, service, decide) {
        const role = await findRole(deps, arn)
        return role !== undefined && decideServiceTrust(deps, role, service, decide)
      },
      organizationOf: (account) => findOrganizationId(deps, account),
    }
    const deps: Deps = {
      store,
      clock,
      bytes,
      work,
      masterKey,
      endpoint,
      outgoing: createOutgoing({
        reachOf: (url) => (named.has(url.origin) ? "anywhere" : loginEndpoints.reachOf(url)),
      }),
      loginEndpoints,
      serviceEndpoints: config.serviceEndpoints,
      backends: createBackends(config.integrationTargets),
      courier: createCourier(config.delivery, clock),
      functions: { ...config.functions, onFault: log.fault },
      unlimitedStreams: config.unlimitedStreams,
      peers: introduce(catalogue, () => deps, record, roles, ownFunctions?.(clock)),
      defaultAccount: config.accountId,
      rootAccessKeyId: credentials.accessKeyId,
      defaultRegion: config.region,
    }
    const prepare = async () => {
      for (const service of services) await service.start?.(deps)
      await beginMoving(bytes, store, work)
      await work.start({ ...workers, ...workersOf(bytes) }, deps)
    }
    await prepare()
    const rootKey = {
      secretAccessKey: credentials.secretAccessKey,
      account: config.accountId,
      status: "Active" as const,
      principal: { kind: "root" as const },
    }
    const findKey = (id: string) => (id === credentials.accessKeyId ? rootKey : findAccessKey(deps, id))
    const uses = createUses(deps, log.fault)
    const control = createControl({
      config,
      deps,
      memory,
      metrics,
      work,
      findAccessKey: findKey,
      onFault: log.fault,
      catalogue,
      async reset() {
        await work.stop()
        await stopServices(deps)
        await clearStore(store, migrations)
        bytes.clear()
        await assertMasterKey(store, key)
        await prepare()
      },
    })
    const answer = createAnswer({
      catalogue,
      deps,
      policySource: roles,
      findAccessKey: findKey,
      noteUse: uses.note,
      ...(config.rateLimits > 0 && { rates: createRateLimits(services, clock, config.rateLimits) }),
      control,
      record,
      onFault: log.fault,
    })
    const server = await listen({
      ...config,
      tls: config.tls && readCertificate(config.tls),
      sharesPort: config.workers > 1,
      answer: config.clockControl ? dated(answer, clock) : answer,
      onFault: log.fault,
    })
    endpoint.url ||= `${config.tls ? "https" : "http"}://${urlHost(config.host)}:${server.port}`
    return {
      url: endpoint.url,
      port: server.port,
      credentials,
      region: config.region,
      reload() {
        if (config.tls) server.renew(readCertificate(config.tls))
      },
      control: (request) => control(request, randomUUID(), true),
      async close() {
        await server.close()
        await work.stop()
        await stopServices(deps)
        deps.courier.close()
        deps.backends.close()
        await uses.settled()
        await memory.close()
        await store.close()
      },
    }
  } catch (error) {
    await work.stop()
    await store.close()
    throw isStoreError(error, "unavailable") ? cannotBegin(error) : error
  }
}

async function stopServices(deps: Deps): Promise<void> {
  for (const service of services) await service.stop?.(deps)
}

/**
 * Clients correct their clocks by the `Date` of an answer that says that their signature has expired: where the clock
 * was moved, they must be told of the moved one.
 */
const dated =
  (answer: (request: HttpRequest) => Promise<HttpResponse>, clock: Clock) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const response = await answer(request)
    response.headers.date = new Date(clock.now()).toUTCString()
    return response
  }

const TIDY_MILLISECONDS = 60_000

const workers: Workers<Deps> = Object.assign(
  {
    "store:tidy": {
      everyMilliseconds: TIDY_MILLISECONDS,
      run: async (_, { store }) => ((await store.tidy()) ? again() : done),
    },
  } satisfies Workers<Deps>,
  ...services.map((service) => service.work),
)

/** What is said of a store that can be opened and then not be used. */
const cannotBegin = (error: Error) =>
  refused(
    `the server has to write at its start, and cannot: ${error.message}. Where the disk is full, make room on it and start again`,
  )

const migrations = [
  ...coreMigrations,
  ...workMigrations,
  ...bytesMigrations,
  ...recordsMigrations,
  ...services.flatMap((service) => service.migrations),
]

async function openStore(config: Config, clock: Clock): Promise<Store> {
  const { storage } = config
  switch (storage.kind) {
    case "memory":
      return openSqliteStore({ path: ":memory:", migrations, clock })
    case "directory":
      makePrivateDirectory(storage.path)
      return openSqliteStore({ path: join(storage.path, "hallpass.db"), migrations, clock })
    case "database": {
      // Its driver is loaded where it is used alone.
      const { openPostgresStore } = await import("./store/postgres/open.ts")
      return openPostgresStore({ url: storage.url, migrations, clock })
    }
  }
}

/** `localhost` always works for virtual hosts; a public URL adds its own host. */
function baseHosts({ publicUrl }: Config): string[] {
  const host = publicUrl === undefined ? undefined : new URL(publicUrl).hostname
  return host === undefined || host === "localhost" ? ["localhost"] : [host, "localhost"]
}

/** An address that one can connect to, for one that listens on all. */
function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1"
  if (host === "::") return "[::1]"
  return host.includes(":") ? `[${host}]` : host
}
