// Speaks the Runtime API over one connection of its own: what functions do to node:http does not reach it.
import { fstatSync } from "node:fs"
import { connect, Socket } from "node:net"

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":")
const PREFIX = "/2018-06-01/runtime/"
const HEAD_END = Buffer.from("\r\n\r\n")
// A connection that was there before the process, which costs less than one over the loopback.
const LINE = 5
const HELD_CHARACTERS_AT_MOST = 65_536

let socket
let pending = Buffer.alloc(0)
// The answers that are waited for, in the order of their requests.
const waiting = []
let head
// An answer that goes out together with the question for the next event, so that the server is woken once for both.
let held = ""

/** Opens the connection. */
export function open() {
  return new Promise((resolve) => {
    if (hasLine()) {
      socket = new Socket({ fd: LINE })
      resolve()
    } else socket = connect(Number(port), host, resolve)
    socket.setNoDelay(true)
    socket.on("data", (bytes) => {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      while (take());
    })
    // Without the server there is nothing left to do.
    const leave = () => process.reallyExit(1)
    socket.on("error", leave)
    socket.on("close", leave)
    socket.unref()
  })
}

/** What stands between the server and this process, as a wrapper script does, may not hand it on. */
function hasLine() {
  try {
    return fstatSync(LINE).isSocket()
  } catch {
    return false
  }
}

function send(text) {
  const all = held + text
  held = ""
  if (all !== "") socket.write(all)
}

// What ends the process meanwhile does not take the answer with it: what fits into the socket is there when this returns.
process.on("exit", () => send(""))

function take() {
  if (!head) {
    const end = pending.indexOf(HEAD_END)
    if (end < 0) return false
    head = parse(pending.toString("utf8", 0, end))
    pending = pending.subarray(end + 4)
  }
  if (pending.length < head.length) return false
  const answer = head
  answer.body = pending.subarray(0, answer.length)
  pending = pending.subarray(answer.length)
  head = undefined
  waiting.shift()?.(answer)
  return true
}

function parse(text) {
  const lines = text.split("\r\n")
  const headers = {}
  for (let i = 1; i < lines.length; i++) {
    const at = lines[i].indexOf(":")
    headers[lines[i].slice(0, at).toLowerCase()] = lines[i].slice(at + 1).trim()
  }
  return { status: Number(lines[0].slice(9, 12)), headers, length: Number(headers["content-length"] ?? 0) }
}

const answered = () => new Promise((resolve) => waiting.push(resolve))

const headOf = (method, path, headers) => `${method} ${PREFIX}${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${headers}`

/** The next event. The process is kept alive by it alone. */
export async function next() {
  socket.ref()
  send(headOf("GET", "invocation/next", "\r\n"))
  const answer = await answered()
  if (waiting.length === 0) socket.unref()
  return answer
}

/** Gives an answer, which goes out with what is sent next: most often that is `next`. Nothing is waited for. */
export function respond(id, text) {
  held = requestOf(`invocation/${id}/response`, "Content-Type: application/json\r\n", text)
  waiting.push(() => {})
  if (held.length > HELD_CHARACTERS_AT_MOST) send("")
}

/** Resolves when the server has the error. */
export async function fail(path, error) {
  // What a class may be named after is not all of what a header may hold.
  const type = String(error.errorType).replace(/[^\x21-\x7e]/g, "?")
  return post(
    `${path}/error`,
    `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${type}\r\n`,
    JSON.stringify(error),
  )
}

const requestOf = (path, headers, text) =>
  `${headOf("POST", path, headers)}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`

async function post(path, headers, text) {
  socket.ref()
  send(requestOf(path, headers, text))
  await answered()
  if (waiting.length === 0) socket.unref()
}

/** A response that is written piece by piece, in chunks. */
export function openStream(id, contentType) {
  socket.ref()
  send(
    headOf(
      "POST",
      `invocation/${id}/response`,
      `Content-Type: ${contentType}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n` +
        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n",
    ),
  )
  const done = answered().then(() => socket.unref())
  return {
    done,
    write(bytes, callback) {
      if (bytes.length === 0) return callback()
      socket.cork()
      socket.write(`${bytes.length.toString(16)}\r\n`)
      socket.write(bytes)
      socket.write("\r\n", callback)
      socket.uncork()
    },
    end(error) {
      const trailers = error
        ? `Lambda-Runtime-Function-Error-Type: ${error.errorType}\r\nLambda-Runtime-Function-Error-Body: ${Buffer.from(JSON.stringify(error)).toString("base64")}\r\n`
        : ""
      socket.write(`0\r\n${trailers}\r\n`)
    },
  }
}
