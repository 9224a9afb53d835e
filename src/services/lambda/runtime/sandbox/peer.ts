import { readFileSync } from "node:fs"
import type { Socket } from "node:net"
import type { Confinement } from "./confinement.ts"
import { holdsSocket, processesBelow } from "./processes.ts"

/** Whom an environment's Runtime API is for. */
export interface Owner {
  user: number
  /** The first process; undefined before it is there. */
  pid(): number | undefined
}

/**
 * Whether a connection on the loopback comes from the environment itself: from a process of its user, or, where all
 * environments have the server's user, from one that is below its first process. Where nothing keeps environments apart it
 * is not asked.
 */
export function isOwn(socket: Socket, owner: Owner, confinement: Confinement): boolean {
  if (confinement === "none") return true
  const row = findRow(socket)
  if (!row) return false
  if (confinement !== "userNamespaces") return row.user === owner.user
  const pid = owner.pid()
  return pid !== undefined && holdsSocket(processesBelow(pid), row.inode)
}

/** The other end of a connection as proc_net_tcp lists it: its user and the inode of its socket. */
function findRow(socket: Socket): { user: number; inode: string } | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  if (!remoteAddress || !remotePort || !localAddress || !localPort) return undefined
  const ends = ` ${hexadecimal(remoteAddress, remotePort)} ${hexadecimal(localAddress, localPort)} `
  const table = readFileSync("/proc/net/tcp", "latin1")
  const at = table.indexOf(ends)
  if (at < 0) return undefined
  // After the two ends: state, queues, timer, retransmissions, user, timeout, inode.
  const [, , , , user, , inode] = table
    .slice(at + ends.length, table.indexOf("\n", at))
    .trim()
    .split(/\s+/)
  return { user: Number(user), inode: inode! }
}

/** As the kernel prints it: the address as a number of the machine's byte order, which is little-endian on all that Node runs on but s390x. */
function hexadecimal(address: string, port: number): string {
  const octets = address.split(".").reverse()
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0")
  return `${octets.map((octet) => hex(Number(octet), 2)).join("")}:${hex(port, 4)}`
}
