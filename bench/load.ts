import { Agent, request } from "node:http"

export interface Load {
  url: string
  method: string
  path: string
  headers: Record<string, string>
  body: string | Uint8Array
}

export interface Measured {
  requestsPerSecond: number
  /** CPU of the server's process, user and system. */
  cpuMicrosecondsPerRequest: number
}

/** How many requests are under way at a time, unless told. */
export const CONNECTIONS = 16

/** Sends the same request again and again. */
export const measureOn = (
  subject: Measurable,
  count: number,
  load: Load,
  warmUp?: number,
  connections?: number,
): Promise<Measured> => measure(count, subject.cpuSeconds, () => load, warmUp, connections)

export interface Measurable {
  cpuSeconds(): Promise<number>
}

/**
 * Sends `next()` again and again for a number of requests, and reads the server's CPU time around it. The first ones, which
 * are not measured, compile what is hot.
 */
export async function measure(
  count: number,
  cpuSeconds: () => Promise<number>,
  next: () => Load,
  warmUp = Math.ceil(count / 5),
  connections = CONNECTIONS,
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  await fire(warmUp, agent, next, connections)
  const [cpuBefore, before] = [await cpuSeconds(), performance.now()]
  await fire(count, agent, next, connections)
  const [cpu, seconds] = [(await cpuSeconds()) - cpuBefore, (performance.now() - before) / 1000]
  agent.destroy()
  return { requestsPerSecond: count / seconds, cpuMicrosecondsPerRequest: (cpu * 1e6) / count }
}

/** Each of them by turns, so that whatever else the machine does meanwhile it does to all of them; the mean of each. */
export async function measureByTurns(rounds: number, ways: readonly (() => Promise<Measured>)[]): Promise<Measured[]> {
  const sums = ways.map((): Measured => ({ requestsPerSecond: 0, cpuMicrosecondsPerRequest: 0 }))
  for (let round = 0; round < rounds; round++)
    for (const [i, way] of ways.entries()) {
      const { requestsPerSecond, cpuMicrosecondsPerRequest } = await way()
      sums[i]!.requestsPerSecond += requestsPerSecond / rounds
      sums[i]!.cpuMicrosecondsPerRequest += cpuMicrosecondsPerRequest / rounds
    }
  return sums
}

async function fire(count: number, agent: Agent, next: () => Load, connections: number): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await send(next(), agent)
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

function send({ url, method, path, headers, body }: Load, agent: Agent): Promise<void> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, hostname, port, method, path, headers }, (response) => {
      const { statusCode = 0 } = response
      if (statusCode >= 400) reject(new Error(`${method} ${path} answered ${statusCode}`))
      response.resume().on("end", resolve)
    })
    outgoing.on("error", reject)
    outgoing.end(body)
  })
}
