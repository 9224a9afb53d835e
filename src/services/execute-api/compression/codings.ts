import { promisify } from "node:util"
import { deflate, gzip } from "node:zlib"

/** What makes an answer one of a content coding: on the threads of the pool, a piece at a time. */
export interface Coding {
  name: string
  encode(bytes: Uint8Array): Promise<Buffer>
}

/** Beside `identity` (Developer Guide, "Content codings supported by API Gateway"). */
const CODINGS: ReadonlyMap<string, Coding> = new Map(
  [
    { name: "gzip", encode: promisify<Uint8Array, Buffer>(gzip) },
    { name: "deflate", encode: promisify<Uint8Array, Buffer>(deflate) },
  ].map((coding) => [coding.name, coding]),
)

/**
 * The coding that `Accept-Encoding` asks for before all others, where API Gateway speaks it: what comes after it does not count,
 * and neither `*` nor silence asks for any (Developer Guide, "Enable payload compression for an API in API Gateway").
 */
export function chooseCoding(accepted: string | undefined): Coding | undefined {
  let best: { name: string; weight: number } | undefined
  for (const part of accepted?.split(",") ?? []) {
    const [name = "", ...parameters] = part.split(";")
    const weight = weightOf(parameters)
    if (weight > (best?.weight ?? 0)) best = { name, weight }
  }
  return best && CODINGS.get(best.name.trim().toLowerCase())
}

/** `q=0.5`; what is no number from 0 to 1 asks for nothing. */
function weightOf(parameters: readonly string[]): number {
  const given = parameters.map((one) => one.trim().toLowerCase()).find((one) => one.startsWith("q="))
  if (given === undefined) return 1
  return /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(given) ? Number(given.slice(2)) : 0
}
