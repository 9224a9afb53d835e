import { format as formatText } from "node:util"
import { asError, format } from "./errors.mjs"

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
const METHODS = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  log: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
}
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON"
const least = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()))

// Where AWS's runtime has it too: libraries for logging look there.
const REQUEST_ID = Symbol.for("aws.lambda.runtime.requestId")

export function setRequestId(id) {
  globalThis[REQUEST_ID] = id
}

/** Makes the console write lines of Lambda's form. */
export function patchConsole() {
  // What is written is out when the write returns: the log is whole when an invocation or the process ends.
  for (const { _handle } of [process.stdout, process.stderr]) _handle?.setBlocking?.(true)
  const write = isJson ? writeJson : writeText
  for (const [method, level] of Object.entries(METHODS))
    console[method] =
      LEVELS.indexOf(level) >= least || level === "FATAL" ? (...values) => write(level, ...values) : () => {}
}

/** An error that ended an invocation, or the process. */
export const logError = (message, error) =>
  isJson ? console.error(asError(error)) : console.error(message, format(asError(error)))

// A line of the log ends with its first line feed.
const writeLine = (text) => process.stdout.write(`${text.replace(/\n/g, "\r")}\n`)

function writeText(level, ...values) {
  writeLine(`${new Date().toISOString()}\t${globalThis[REQUEST_ID]}\t${level}\t${formatText(...values)}`)
}

function writeJson(level, ...values) {
  const line = { timestamp: new Date().toISOString(), level, requestId: globalThis[REQUEST_ID] }
  if (values.length === 1) {
    try {
      return writeLine(JSON.stringify({ ...line, message: values[0] }, errorMembers))
    } catch {
      return writeLine(JSON.stringify({ ...line, message: formatText(values[0]) }))
    }
  }
  const error = values.find((value) => value instanceof Error)
  writeLine(JSON.stringify({ ...line, message: formatText(...values), ...(error && membersOf(error)) }))
}

const membersOf = (error) => ({
  errorType: error.constructor?.name ?? "UnknownError",
  errorMessage: error.message,
  stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
})

const errorMembers = (_, value) => (value instanceof Error ? { ...membersOf(value), ...value } : value)
