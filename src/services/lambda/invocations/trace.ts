import { randomUUID } from "../../../base/random.ts"

/** `X-Amzn-Trace-Id` of a request, or a new one: X-Ray Developer Guide, "Tracing header". Nothing is sampled. */
export function traceIdOf(header: string | undefined, now: number): string {
  if (header !== undefined && /^[\w=;:|-]{1,1024}$/.test(header)) return header
  const time = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0")
  // Of the ways to get some chance, the one that asks the system least often.
  return `Root=1-${time}-${randomHex(24)};Parent=${randomHex(16)};Sampled=0`
}

const randomHex = (digits: number): string => randomUUID().replaceAll("-", "").slice(0, digits)
