import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { createServer, type Server } from "node:net"
import { test } from "node:test"
import { claimUser } from "./user.ts"

const needsRoot = process.getuid?.() === 0 ? false : "only root makes users"
const always = (number: number) => () => number

test("a user is one's own until it is released", { skip: needsRoot }, async () => {
  const mine = await claimUser(always(17))
  await assert.rejects(claimUser(always(17)), /no user is free/)
  mine.release()
  const again = await claimUser(always(17))
  assert.equal(again.id, mine.id)
  again.release()
})

test("a user of a server that was killed is free", { skip: needsRoot }, async () => {
  const program = `import { claimUser } from ${JSON.stringify(import.meta.resolve("./user.ts"))}
    await claimUser(() => 18)
    process.kill(process.pid, "SIGKILL")`
  const killed = spawnSync(process.execPath, ["--input-type=module", "-e", program])
  assert.equal(killed.signal, "SIGKILL", killed.stderr.toString())
  const free = await claimUser(always(18))
  free.release()
})

test("nobody who is not root can hold all users", { skip: needsRoot }, async () => {
  const names = Array.from({ length: 4_000 }, (_, at) => `\0hallpass-functions-user-${50_000 + at}`)
  const held: Server[] = []
  for (const path of names) {
    const server = createServer()
    await new Promise<void>((resolve) => server.once("error", () => resolve()).listen({ path }, resolve))
    held.push(server)
  }
  try {
    const free = await claimUser((below) => Math.floor(below / 2))
    free.release()
  } finally {
    for (const server of held) server.close()
  }
})
