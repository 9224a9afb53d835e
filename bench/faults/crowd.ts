import { setTimeout as sleep } from "node:timers/promises"
import type { Subject } from "../subjects.ts"
import { type Bystander, observe, percentile } from "./observed.ts"
import type { Shape } from "./shape.ts"
import { headOf, open } from "./stranger.ts"
import type { Verdict } from "./verdicts.ts"

const MEBIBYTE = 1024 * 1024
const CROWD = 64
const BODY_BYTES = 34 * MEBIBYTE
const DRIPPING = 250
const HELD_SECONDS = 10
const DRIP_SECONDS = 40
const MOST_RESIDENT_MEBIBYTES = 400
const MOST_WAIT_MILLISECONDS = 100

const SIGN_UP: Omit<Shape, "body"> = {
  name: "SignUp",
  method: "POST",
  path: "/",
  headers: { "x-amz-target": "AWSCognitoIdentityProviderService.SignUp", "content-type": "application/x-amz-json-1.1" },
  limitBytes: 0,
}

/** What many strangers do to memory and to a bystander: with long bodies at once, and with bodies that hardly come. */
export async function crowd(
  { url, pid }: Subject,
  bystander: Bystander,
  print: (line: string) => void,
): Promise<Verdict[]> {
  const observed = observe(pid)
  await bystander.waits()
  const almostAll = Buffer.alloc(BODY_BYTES - 1, " ")
  observed.forgetPeak()
  const before = observed.residentMebibytes()
  const sockets = Array.from({ length: CROWD }, () => {
    const socket = open(url).resume()
    socket.write(headOf(SIGN_UP, BODY_BYTES))
    socket.write(almostAll)
    return socket
  })
  await sleep(HELD_SECONDS * 1000)
  const waits = await bystander.waits()
  const open64 = sockets.filter((socket) => !socket.destroyed).length
  print(
    `\n${CROWD} bodies of 34 MiB without their last byte, ${HELD_SECONDS} s after they began: ${open64} still open;`,
  )
  print(
    `resident ${before.toFixed(0)} -> ${observed.residentMebibytes().toFixed(0)} MiB, at most ${observed.peakMebibytes().toFixed(0)};`,
  )
  print(
    `a bystander's GetItem: median ${percentile(waits, 0.5).toFixed(1)}, p99 ${percentile(waits, 0.99).toFixed(1)}, longest ${waits.at(-1)?.toFixed(1)} ms`,
  )
  const verdict = {
    target: `${CROWD} strangers with 34 MiB each: under ${MOST_RESIDENT_MEBIBYTES} MiB resident, a bystander's p99 under ${MOST_WAIT_MILLISECONDS} ms`,
    isHeld: observed.peakMebibytes() < MOST_RESIDENT_MEBIBYTES && percentile(waits, 0.99) < MOST_WAIT_MILLISECONDS,
    measured: `${observed.peakMebibytes().toFixed(0)} MiB, ${percentile(waits, 0.99).toFixed(1)} ms`,
  }
  for (const socket of sockets) socket.destroy()

  const drips = Array.from({ length: DRIPPING }, () => {
    const socket = open(url).resume()
    socket.write(headOf(SIGN_UP, 1000))
    return socket
  })
  const dripping = setInterval(() => {
    for (const socket of drips) if (socket.writable) socket.write(" ")
  }, 5_000)
  await sleep(DRIP_SECONDS * 1000)
  clearInterval(dripping)
  const left = drips.filter((socket) => !socket.destroyed).length
  print(`\n${DRIPPING} bodies of one byte in 5 s: ${left} still open after ${DRIP_SECONDS} s`)
  for (const socket of drips) socket.destroy()
  return [verdict]
}
