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

const CONNECTIONS = 16

/** Sends the same request again and again. */
export const measureOn = (subject: Measurable, count: number, load: Load): Promise<Measured> =>
  measure(count, subject.cpuSeconds, () => load)

interface Measurable {
  cpuSeconds(): Promise<number>
}

/** Sends `next()` again and again for a number of requests, and reads the server's CPU time around it. */
export async function measure(count: number, cpuSeconds: () => Promise<number>, next: () => Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  // The first requests compile what is hot.
  await fire(Math.ceil(count / 5), agent, next)
  const [cpuBefore, before] = [await cpuSeconds(), performance.now()]
  await fire(count, agent, next)
  const [cpu, seconds] = [(await cpuSeconds()) - cpuBefore, (performance.now() - before) / 1000]
  agent.destroy()
  return { requestsPerSecond: count / seconds, cpuMicrosecondsPerRequest: (cpu * 1e6) / count }
}

async function fire(count: number, agent: Agent, next: () => Load): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await send(next(), agent)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
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
