// Runs Node functions: loads the handler, and gives it one event after another.
import { logError, patchConsole, setRequestId } from "./console.mjs"
import { contextOf } from "./context.mjs"
import {
  CallbackHandlerDeprecated,
  describe,
  MalformedStreamingHandler,
  NO_CALLBACKS,
  UnhandledPromiseRejection,
} from "./errors.mjs"
import { invoke, invokeStreaming } from "./invoke.mjs"
import { loadHandler } from "./load.mjs"
import { searchNodePath } from "./node-path.mjs"
import { fail, next, open } from "./runtime-api.mjs"
import { awslambda, isStreaming, streamingKind } from "./streaming.mjs"

const UNCAUGHT = 129
const UNHANDLED = 128
/** From nodejs24.x on a third parameter is an error. */
const LAST_WITH_CALLBACKS = 22
const { env } = process

let isEnding = false
let path = "init"

/** Tells what ends the process, of the init or of the invocation that is under way. */
async function die(message, error, status) {
  if (isEnding) return
  isEnding = true
  logError(message, error)
  await fail(path, describe(error))
  process.exit(status)
}

patchConsole()
searchNodePath(env.NODE_PATH)
setRequestId(undefined)
await open()
process.on("uncaughtException", (error) => die("Uncaught Exception", error, UNCAUGHT))
process.on("unhandledRejection", (reason, promise) =>
  die("Unhandled Promise Rejection", new UnhandledPromiseRejection(reason, promise), UNHANDLED),
)
if (!/^(1|true)$/.test(env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA ?? "")) globalThis.awslambda = awslambda

const version = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV ?? "")?.[1] ?? Infinity)
const hasCallbacks = version <= LAST_WITH_CALLBACKS

async function load() {
  const handler = await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER)
  if (isStreaming(handler)) {
    if (streamingKind(handler) !== "response")
      throw new MalformedStreamingHandler("Only response streaming is supported.")
  } else if (!hasCallbacks && handler.length >= 3) throw new CallbackHandlerDeprecated(NO_CALLBACKS)
  return handler
}

async function run() {
  const handler = await load()
  while (true) {
    const { headers, body } = await next()
    const context = contextOf(headers)
    path = `invocation/${context.awsRequestId}`
    setRequestId(context.awsRequestId)
    if (headers["lambda-runtime-trace-id"]) env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"]
    else delete env._X_AMZN_TRACE_ID
    const event = JSON.parse(body.toString())
    if (isStreaming(handler)) await invokeStreaming(handler, event, context)
    else await invoke(handler, event, context, hasCallbacks)
    // What the function left in the event loop has its turn.
    await new Promise(setImmediate)
  }
}

run().catch((error) => die("Uncaught Exception", error, UNCAUGHT))
