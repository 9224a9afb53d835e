import cluster, { type Worker } from "node:cluster"
import type { RunningHallpass } from "../start.ts"
import { askWorkers } from "./worker-calls.ts"

export const isWorker = cluster.isWorker

/** Forks this process `count` times and waits until each listens. One that ends by itself ends all: nothing hides it. */
export async function forkWorkers(count: number): Promise<RunningHallpass> {
  const workers = Array.from({ length: count }, () => cluster.fork())
  const [running] = await Promise.all(workers.map(untilListening))
  let isClosing = false
  cluster.on("exit", (_worker, code, signal) => {
    if (isClosing) return
    console.error(`A worker ended by itself (${signal ?? code}), and so do the others.`)
    process.exitCode = 1
    close()
  })
  async function close() {
    isClosing = true
    await Promise.all(workers.map(end))
  }
  return { ...running!, control: askWorkers, close }
}

function untilListening(worker: Worker): Promise<RunningHallpass> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    // The worker has said on its own standard error why.
    worker.once("exit", () => reject(new Error("A worker could not start.")))
  })
}

function end(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) return resolve()
    worker.once("exit", () => resolve())
    worker.process.kill("SIGTERM")
  })
}
