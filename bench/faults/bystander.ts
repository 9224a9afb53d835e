// Somebody who only wants to read one item, again and again, on a thread of its own: what others send costs it nothing.
import { Agent, request } from "node:http"
import { parentPort, workerData } from "node:worker_threads"
import type { Load } from "../load.ts"

const { url, method, path, headers, body } = workerData as Load
const { hostname, port } = new URL(url)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
let waits: number[] = []

parentPort!.on("message", () => {
  parentPort!.postMessage(waits)
  waits = []
})

for (;;) {
  const begun = performance.now()
  const isAnswered = await new Promise<boolean>((resolve) => {
    const outgoing = request({ agent, hostname, port, method, path, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode === 200))
    })
    outgoing.on("error", () => resolve(false)).end(body)
  })
  waits.push(isAnswered ? performance.now() - begun : Number.POSITIVE_INFINITY)
  await new Promise((wait) => setTimeout(wait, 10))
}
