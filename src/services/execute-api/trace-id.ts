import { drawBytes } from "../../base/random.ts"

/** `X-Amzn-Trace-Id` of a request, or a new one: X-Ray Developer Guide, "Tracing header". Nothing is sampled. */
export function newTraceId(sent: string | undefined, now: number): string {
  if (sent !== undefined && /^[\w=;:|-]{1,1024}$/.test(sent)) return sent
  const time = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0")
  const chance = drawBytes(20).toString("hex")
  return `Root=1-${time}-${chance.slice(0, 24)};Parent=${chance.slice(24)};Sampled=0`
}
