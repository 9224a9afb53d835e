import type { Deps } from "../../../call.ts"
import type { Store } from "../../../store/store.ts"
import { UNZIPPED_BYTES } from "../code/limits.ts"
import { unpack } from "../code/unpack.ts"
import { createRuntime } from "../runtime/create-runtime.ts"
import type { Runtime } from "../runtime/runtime.ts"
import { createRunning, type Running } from "./concurrency.ts"
import { createLogSink, type LogSink } from "./log-sink.ts"
import { createReservations, type Reservations } from "./reservations.ts"

/** What runs functions, of one server. */
export interface Engine {
  runtime: Runtime
  running: Running
  logs: LogSink
  /** Where other processes may run the same functions. */
  reservations: Reservations | undefined
}

// A server has one store: what is handed on of `Deps` is another object each time, and the store is the same.
const engines = new WeakMap<Store, Engine>()

/** Makes ready to run functions; nothing is started before the first of them. */
export function startEngine({ store, bytes, clock, endpoint, functions, peers }: Deps): void {
  const runtime = createRuntime({
    ...functions,
    clock,
    read: (segment) => bytes.read([segment], { start: 0, end: segment.size }),
    unpack: (zip, directory) => unpack(zip, directory, { unzippedBytes: UNZIPPED_BYTES }),
    endpointUrl: () => endpoint.url,
  })
  const reservations = store.isShared ? createReservations(store, clock) : undefined
  engines.set(store, { runtime, running: createRunning(reservations), logs: createLogSink(peers), reservations })
}

/** Ends every function, and keeps what they wrote last. */
export async function stopEngine({ store }: Pick<Deps, "store">): Promise<void> {
  const engine = engines.get(store)
  engines.delete(store)
  await engine?.runtime.close()
  await engine?.logs.settle()
  await engine?.reservations?.close()
}

export function engineOf({ store }: Pick<Deps, "store">): Engine {
  const engine = engines.get(store)
  if (!engine) throw new Error("Lambda has not been started.")
  return engine
}
