import cluster, { type Worker } from "node:cluster"
import type { Config } from "../config.ts"
import type { RunningHallpass } from "../running.ts"
import { CommandFailure } from "./failure.ts"
import { keepRunning } from "./keep-running.ts"
import { reservePort } from "./listening.ts"
import { askWorkers } from "./worker-calls.ts"

export const isWorker = cluster.isWorker

/**
 * Forks this process as often as it says and waits until each listens. One that ends later is replaced, while the others
 * answer; `gaveUp` is called where that leads nowhere.
 */
export async function forkWorkers(config: Config, gaveUp: (reason: string) => void): Promise<RunningHallpass> {
  // The flag that comes last is the one that counts.
  cluster.setupPrimary({ args: [...process.argv.slice(2), "--port", String(await reservePort(config))] })
  const first = Array.from({ length: config.workers }, () => cluster.fork())
  const [running] = await Promise.all(first.map(untilListening)).catch((error) => {
    for (const worker of first) worker.process.kill()
    throw error
  })
  const places = first.map((worker) =>
    keepRunning(worker.process, () => cluster.fork().process, { tell: console.error, gaveUp }),
  )
  return {
    ...running!,
    control: askWorkers,
    reload() {
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGHUP")
    },
    async close() {
      await Promise.all(places.map((place) => place.end("SIGTERM")))
    },
  }
}

function untilListening(worker: Worker): Promise<RunningHallpass> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    // The worker has said on its own standard error why.
    worker.once("exit", () => reject(new CommandFailure("A worker could not start.")))
  })
}
