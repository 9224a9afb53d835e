import { mkdirSync, rmSync, statSync } from "node:fs"
import { connect, createServer, type Server } from "node:net"

/** Free for use by programs on Debian ("Debian Policy, Users and groups"), and given to nobody by systemd or Docker. */
const FIRST_USER = 50_000
const USERS = 4_000
const TRIES_AT_MOST = 64
/** Where root's programs keep what ends with the machine's run; functions come neither into it nor to what it holds. */
const DIRECTORY = "/run/hallpass-functions"

/** The user that ends what is left of a user's processes, of the same many above; no function has it. */
export const enderOf = (user: number): number => user + USERS

/** A user that no other environment of this machine has. */
export interface User {
  id: number
  /** When no process of the user is left. */
  release(): void
}

/**
 * Picks a number, of a user and of a group, and holds a socket for it that goes with this process: other servers on the
 * machine take another number. It lies where root alone comes by: who could hold all numbers would leave none to others.
 */
export async function claimUser(random: (below: number) => number): Promise<User> {
  for (let tries = 0; tries < TRIES_AT_MOST; tries++) {
    const id = FIRST_USER + random(USERS)
    const holder = await hold(nameOf(id))
    if (holder) return { id, release: () => holder.close() }
  }
  throw new Error("no user is free for a function")
}

/** In the machine's abstract socket namespace where there is no place for files. */
function nameOf(id: number): string {
  try {
    mkdirSync(DIRECTORY, { mode: 0o700, recursive: true })
    const { uid, mode } = statSync(DIRECTORY)
    if (uid === 0 && (mode & 0o077) === 0) return `${DIRECTORY}/${id}`
  } catch {
    // Told by what is answered.
  }
  return `\0hallpass-functions-user-${id}`
}

/** What a process left that was killed is held by nobody. */
async function hold(name: string): Promise<Server | undefined> {
  const holder = await listen(name)
  if (holder || name.startsWith("\0") || (await isHeld(name))) return holder
  rmSync(name, { force: true })
  return listen(name)
}

function isHeld(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"))
  })
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once("error", () => resolve(undefined))
    server.listen({ path: name }, () => resolve(server.unref()))
  })
}

/** The server's own user, where there is no other. */
export const NO_USER: User = { id: process.getuid?.() ?? 0, release() {} }
