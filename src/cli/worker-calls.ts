import cluster, { type Worker } from "node:cluster"
import { randomUUID } from "../base/random.ts"
import type { RunningHallpass } from "../running.ts"
import { readBody } from "../wire/body.ts"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"

// What comes through the door of several processes is answered by the workers: asked and answered by messages.

interface Question {
  id: string
  request: Pick<HttpRequest, "method" | "path" | "query"> & { body: string }
}

interface Answer {
  id: string
  response: HttpResponse
}

const BODY_LIMIT_BYTES = 64 * 1024

/** In a worker: tells the parent that it listens, and answers what the parent asks. */
export function answerParent({ control, close: _, reload: __, ...running }: RunningHallpass): void {
  process.send?.(running)
  process.on("message", async ({ id, request }: Question) => {
    const body = Buffer.from(request.body, "utf8")
    const response = await control({ ...request, body, headers: {}, rawHeaders: [], remoteAddress: "", secure: false })
    process.send?.({ id, response } satisfies Answer)
  })
}

/**
 * In the parent. Each worker remembers its own decisions and has its own clock, so a question about the one is put to all
 * and what is done to the other is done by all; anything else is of the store that they share.
 */
export async function askWorkers(request: HttpRequest): Promise<HttpResponse> {
  const bytes = await readBody(request.body, BODY_LIMIT_BYTES)
  const { method, path, query } = request
  const question = { method, path, query, body: Buffer.from(bytes).toString("utf8") }
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected()) as Worker[]
  if (workers.length === 0) return asJson(503, { code: "ServiceUnavailable", message: "No worker is running." })
  const name = `${method} ${path.slice("/_hallpass/".length)}`
  if (name === "GET decisions") return mergeDecisions(await askAll(workers, question), query)
  if (name === "POST clock" || name === "POST reset") return firstGood(await askAll(workers, question))
  if (!name.startsWith("GET decisions/")) return askOne(workers[0]!, question)
  return newestGood(await askAll(workers, question))
}

const askAll = (workers: readonly Worker[], question: Question["request"]): Promise<HttpResponse[]> =>
  Promise.all(workers.map((worker) => askOne(worker, question)))

function askOne(worker: Worker, request: Question["request"]): Promise<HttpResponse> {
  const id = randomUUID()
  return new Promise((resolve) => {
    const end = (response: HttpResponse) => {
      worker.off("message", listen)
      worker.off("exit", gone)
      resolve(response)
    }
    const listen = (answer: Answer) => {
      if (answer.id === id) end(answer.response)
    }
    const gone = () => end(asJson(503, { code: "ServiceUnavailable", message: "The worker ended." }))
    worker.on("message", listen)
    worker.on("exit", gone)
    worker.send({ id, request } satisfies Question)
  })
}

const firstGood = (responses: readonly HttpResponse[]): HttpResponse =>
  responses.find(({ status }) => status < 400) ?? responses[0]!

/** Of one request all say the same; of the last refusal each has its own. */
function newestGood(responses: readonly HttpResponse[]): HttpResponse {
  const timeOf = ({ body }: HttpResponse) => (JSON.parse(body as string) as Listed).time
  const good = responses.filter(({ status }) => status < 400)
  return good.sort((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1))[0] ?? responses[0]!
}

interface Listed {
  requestId: string
  time: string
}

function mergeDecisions(responses: readonly HttpResponse[], query: string): HttpResponse {
  const byId = new Map<string, Listed>()
  for (const { status, body } of responses) {
    if (status >= 400) continue
    const { decisions } = JSON.parse(body as string) as { decisions: Listed[] }
    for (const one of decisions) byId.set(one.requestId, one)
  }
  const limit = Number(new URLSearchParams(query).get("limit")) || 50
  const decisions = [...byId.values()].sort((one, other) => (one.time < other.time ? 1 : -1)).slice(0, limit)
  return asJson(200, { decisions })
}

const asJson = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
})
