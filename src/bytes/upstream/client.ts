import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http"
import { Agent as HttpsAgent, request as requestHttps } from "node:https"
import { setTimeout as sleep } from "node:timers/promises"
import { parseXml, type XmlElement } from "../../wire/xml-parse.ts"
import { type Signer, signHeaders } from "./sign.ts"

export interface UpstreamRequest {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE"
  /** Below the bucket; empty for the bucket itself. */
  key: string
  query?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
}

export interface UpstreamAnswer {
  status: number
  headers: IncomingMessage["headers"]
  /** Still to be read; to be destroyed by who does not read it to its end. */
  stream: IncomingMessage
}

/** Of an S3-compatible server: what it said that is no success. Holds no credentials. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError"
}

export interface Client {
  /** Where the server is not reached or not able, it is asked three times in all. Throws UpstreamErrors alone. */
  ask(request: UpstreamRequest): Promise<UpstreamAnswer>
  /** The same, with the answer read: undefined where it has no XML. */
  askForXml(request: UpstreamRequest): Promise<XmlElement | undefined>
}

const ATTEMPTS = 3
const PAUSE_MILLISECONDS = 200
/** So long without a byte in either direction, and the server is out of reach. */
const SILENCE_MILLISECONDS = 30_000
const TEXT_BYTES = 4 * 1024 * 1024

/** Requests to one bucket, by path: `<url>/<bucket>/<key>`. */
export function createClient(url: URL, bucket: string, signer: Signer): Client {
  const isSecure = url.protocol === "https:"
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const send = isSecure ? requestHttps : requestHttp

  function once({ method, key, query = {}, headers = {}, body }: UpstreamRequest): Promise<UpstreamAnswer> {
    const path = `/${bucket}${key === "" ? "" : `/${key.split("/").map(encodeURIComponent).join("/")}`}`
    const question = Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join("&")
    const length: Record<string, string> = body ? { "content-length": String(body.length) } : {}
    const all = { host: url.host, ...headers, ...length }
    const signed = signHeaders(signer, { method, path, query: question, headers: all })
    return new Promise((resolve, reject) => {
      const outgoing = send(
        {
          agent,
          method,
          hostname: url.hostname.replace(/^\[|\]$/g, ""),
          port: url.port,
          path: question === "" ? path : `${path}?${question}`,
          headers: signed,
          timeout: SILENCE_MILLISECONDS,
        },
        (stream) => resolve({ status: stream.statusCode ?? 0, headers: stream.headers, stream }),
      )
      outgoing.on("timeout", () => outgoing.destroy(new Error("it does not answer")))
      outgoing.on("error", reject)
      outgoing.end(body)
    })
  }

  async function ask(request: UpstreamRequest): Promise<UpstreamAnswer> {
    for (let attempt = 1; ; attempt++) {
      let fault: string
      try {
        const answer = await once(request)
        if (answer.status < 500 && answer.status !== 429) return answer
        answer.stream.resume()
        fault = `it answered ${answer.status}`
      } catch (error) {
        fault = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      }
      if (attempt === ATTEMPTS) throw new UpstreamError(`${request.method}: ${fault}`)
      await sleep(PAUSE_MILLISECONDS * attempt)
    }
  }

  return {
    ask,
    async askForXml(request) {
      const answer = await ask(request)
      const xml = parseXml(Buffer.from(await textOf(answer.stream)))
      // S3 may say in the middle of a success that it was none.
      if (answer.status >= 300 || xml?.name === "Error") throw refusal(request, answer.status, xml)
      return xml
    },
  }
}

export const refusal = ({ method }: UpstreamRequest, status: number, xml?: XmlElement): UpstreamError =>
  new UpstreamError(`${method}: it answered ${status} ${xml ? childText(xml, "Code") : ""}`.trimEnd())

export const childText = (element: XmlElement | undefined, name: string): string =>
  element?.children.find((child) => child.name === name)?.text ?? ""

async function textOf(stream: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of stream) {
      length += piece.length
      if (length > TEXT_BYTES) throw new UpstreamError("its answer is too long")
      pieces.push(piece)
    }
  } catch (error) {
    throw error instanceof UpstreamError ? error : new UpstreamError("its answer was cut")
  }
  return Buffer.concat(pieces).toString()
}
