import { types } from "node:util"

/** Errors of the runtime's own, by the names that AWS gives them. */
const named = (name) =>
  class extends Error {
    get name() {
      return `Runtime.${name}`
    }
  }

export const ImportModuleError = named("ImportModuleError")
export const HandlerNotFound = named("HandlerNotFound")
export const MalformedHandlerName = named("MalformedHandlerName")
export const UserCodeSyntaxError = named("UserCodeSyntaxError")
export const MalformedStreamingHandler = named("MalformedStreamingHandler")
export const InvalidStreamingOperation = named("InvalidStreamingOperation")
export const NodeJsExit = named("NodeJsExit")
export const CallbackHandlerDeprecated = named("CallbackHandlerDeprecated")

export class UnhandledPromiseRejection extends named("UnhandledPromiseRejection") {
  constructor(reason, promise) {
    super(reason)
    this.reason = reason
    this.promise = promise
  }
}

export const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes"

export const NO_CALLBACKS =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html."

const looksLikeError = (value) =>
  ["name", "message", "stack"].every((member) => typeof value?.[member] === "string" && value[member])

/** What a caller gets of whatever was thrown. */
export function describe(error) {
  try {
    if (types.isNativeError(error) || looksLikeError(error))
      return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] }
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
    }
  }
}

export const asError = (error) => (error instanceof Error ? error : new Error(error))

/** As it stands in the log: one line, with what JSON would leave out of an error. */
export function format(error) {
  try {
    return `\t${JSON.stringify(error, (_, value) => (value instanceof Error ? withMembers(value) : value))}`
  } catch {
    return `\t${JSON.stringify(describe(error))}`
  }
}

function withMembers(error) {
  const members = { errorType: error.name, errorMessage: error.message, code: error.code, ...error }
  if (typeof error.stack === "string") members.stack = error.stack.split("\n")
  return members
}
