import { randomUUID } from "../../../../base/random.ts"

/** `2026/11/27/[$LATEST]` and 32 hexadecimal digits, by which its environment is known. */
export function streamName(version: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll("-", "/")
  return `${day}/[${version}]${randomUUID().replaceAll("-", "")}`
}
