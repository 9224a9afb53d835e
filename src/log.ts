import { cut } from "./base/cut.ts"
import { printable } from "./base/printable.ts"
import type { CallRecord } from "./control/call-record.ts"

/** The server's own log: one line a request, one an error of ours. Holds no secret: no header, no body, no query. */
export interface Log {
  call(record: CallRecord, now: number): void
  fault(error: unknown): void
  flush(): void
}

const FLUSH_MILLISECONDS = 50
const FLUSH_LINES = 256
/** Texts repeat what callers wrote, and callers may write what they like. */
const MESSAGE_LENGTH = 1_024

/** `text` is for people at a terminal, `json` for programs. Lines are written together, a few times a second. */
export function createLog(form: "text" | "json" | "off", write: (text: string) => void, colour = false): Log {
  let lines: string[] = []
  let timer: NodeJS.Timeout | undefined
  const format = form === "text" ? (record: CallRecord, ms: number) => textLine(record, ms, colour) : jsonLine

  function flush() {
    clearTimeout(timer)
    timer = undefined
    if (lines.length === 0) return
    const text = `${lines.join("\n")}\n`
    lines = []
    write(text)
  }
  function put(line: string) {
    lines.push(line)
    if (lines.length >= FLUSH_LINES) flush()
    else timer ??= setTimeout(flush, FLUSH_MILLISECONDS)
  }
  return {
    call(record, now) {
      if (form !== "off") put(format(record, now - record.time))
    },
    fault(error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      put(form === "json" ? JSON.stringify({ level: "error", message: text }) : `error: ${text}`)
      flush()
    },
    flush,
  }
}

function textLine(record: CallRecord, milliseconds: number, colour: boolean): string {
  const { time, status, service, operation, method, callerArn, errorCode, requestId } = record
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const what = service ? `${service}:${operation ?? method}` : method
  const line = `${new Date(time).toISOString().slice(11, 19)} ${paint(status < 400 ? 32 : 31, String(status))} ${printable(what)} ${printable(callerArn ?? "-")} ${milliseconds} ms ${paint(2, requestId)}`
  return errorCode === undefined
    ? line
    : `${line}\n         ${paint(31, `${errorCode}: ${printable(messageOf(record))}`)}`
}

const jsonLine = (record: CallRecord, milliseconds: number): string =>
  JSON.stringify({
    time: new Date(record.time).toISOString(),
    status: record.status,
    service: record.service || undefined,
    operation: record.operation,
    method: record.method,
    caller: record.callerArn,
    sourceIp: record.sourceIp,
    milliseconds,
    error: record.errorCode,
    message: record.errorMessage && messageOf(record),
    requestId: record.requestId,
  })

const messageOf = ({ errorMessage = "" }: CallRecord): string => cut(errorMessage, MESSAGE_LENGTH)
