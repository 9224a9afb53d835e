import { parentPort } from "node:worker_threads"
import { isHashOf } from "./compare.ts"
import { parseKept } from "./formats.ts"

export interface Asked {
  id: number
  hash: string
  password: string
}

export interface Answered {
  id: number
  isRight: boolean
}

parentPort!.on("message", async ({ id, hash, password }: Asked) => {
  const isRight = await isHashOf(parseKept(hash), password).catch(() => false)
  parentPort!.postMessage({ id, isRight } satisfies Answered)
})
