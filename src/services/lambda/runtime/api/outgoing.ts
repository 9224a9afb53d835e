import type { Socket } from "node:net"

/** What goes out on a connection: gathered, for one write costs about as much as several, and wakes a process once. */
export interface Outgoing {
  /** `head` has characters of one byte alone. What is held goes out by itself when it is much. */
  put(head: string, content: Uint8Array | string): void
  readonly isEmpty: boolean
  flush(): void
}

/** What is longer is not copied. */
const COPIED_BYTES_AT_MOST = 16_384

export function outgoingTo(socket: Socket): Outgoing {
  // One character for each byte: of all that a socket takes, a text of these costs it the least.
  let held = ""

  function flush(): void {
    if (held === "") return
    const text = held
    held = ""
    socket.write(text, "latin1")
  }

  return {
    get isEmpty() {
      return held === ""
    },
    flush,
    put(head, content) {
      held += head
      if (typeof content === "string") held += isAscii(content) ? content : Buffer.from(content).toString("latin1")
      else if (content.length <= COPIED_BYTES_AT_MOST) held += textOf(content)
      else {
        socket.cork()
        flush()
        socket.write(content)
        socket.uncork()
      }
      if (held.length > COPIED_BYTES_AT_MOST) flush()
    },
  }
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

const textOf = (bytes: Uint8Array): string =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString("latin1")
