import { createServer, type Server } from "node:net"

/** Free for use by programs on Debian ("Debian Policy, Users and groups"), and given to nobody by systemd or Docker. */
const FIRST_USER = 50_000
const USERS = 4_000
const TRIES_AT_MOST = 64

/** The user that ends what is left of a user's processes, of the same many above; no function has it. */
export const enderOf = (user: number): number => user + USERS

/** A user that no other environment of this machine has. */
export interface User {
  id: number
  /** When no process of the user is left. */
  release(): void
}

/**
 * Picks a number, of a user and of a group, and holds a name in the machine's abstract socket namespace for it, which goes
 * with this process: other servers on the machine take another number.
 */
export async function claimUser(random: (below: number) => number): Promise<User> {
  for (let tries = 0; tries < TRIES_AT_MOST; tries++) {
    const id = FIRST_USER + random(USERS)
    const holder = await hold(`\0hallpass-functions-user-${id}`)
    if (holder) return { id, release: () => holder.close() }
  }
  throw new Error("no user is free for a function")
}

function hold(name: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once("error", () => resolve(undefined))
    server.listen({ path: name }, () => resolve(server.unref()))
  })
}

/** The server's own user, where there is no other. */
export const NO_USER: User = { id: process.getuid?.() ?? 0, release() {} }
