import { logError } from "./console.mjs"
import { describe, NEVER_SETTLED, NodeJsExit } from "./errors.mjs"
import { fail, respond } from "./runtime-api.mjs"
import { ResponseStream } from "./streaming.mjs"

/** Called when nothing is left in the event loop; the process would end. */
let atRest = () => {}
process.on("beforeExit", () => {
  const run = atRest
  atRest = () => {}
  run()
})

const isPromise = (value) => typeof value?.then === "function"

/** Runs a handler. Resolves when its answer is with the server and the next event may come. */
export function invoke(handler, event, context, waitsForCallbacks) {
  return new Promise((resolve) => {
    const id = context.awsRequestId
    let isOver = false
    const once =
      (run) =>
      (...values) => {
        if (isOver) return
        isOver = true
        run(...values)
      }
    const answer = (result) => {
      atRest = () => {}
      let text
      try {
        text = JSON.stringify(result === undefined ? null : result) ?? "null"
      } catch (error) {
        return refuse(new Error("Unable to stringify response body", { cause: error }))
      }
      respond(id, text)
      resolve()
    }
    const refuse = async (error) => {
      atRest = () => {}
      logError("Invoke Error", error)
      await fail(`invocation/${id}`, describe(error))
      resolve()
    }
    const settle = (error, result) => (error === undefined || error === null ? answer(result) : refuse(error))
    const callback = once((error, result) => {
      const hasError = error !== undefined && error !== null
      if (hasError || !context.callbackWaitsForEmptyEventLoop) settle(error, result)
      else atRest = () => setImmediate(answer, result)
    })
    const succeed = once((result) => settle(null, result))
    const reject = once((error) => settle(error ?? "handled"))
    if (waitsForCallbacks) {
      const done = once(settle)
      Object.assign(context, { succeed, fail: reject, done })
    }
    const mustSettle = !waitsForCallbacks || handler.constructor.name === "AsyncFunction"
    atRest = once(() => (mustSettle ? refuse(new NodeJsExit(NEVER_SETTLED)) : answer(null)))
    try {
      const result = waitsForCallbacks ? handler(event, context, callback) : handler(event, context)
      if (isPromise(result)) result.then(succeed, reject)
      else if (!waitsForCallbacks) succeed(result)
    } catch (error) {
      reject(error)
    }
  })
}

/** Runs a handler that writes its answer to a stream. */
export async function invokeStreaming(handler, event, context) {
  const stream = new ResponseStream(context.awsRequestId, handler)
  const refuse = async (error) => {
    logError("Invoke Error", error)
    stream.fail(describe(error))
    await stream.done
  }
  const isSettled = new Promise((resolve) => {
    atRest = () => resolve(false)
  })
  try {
    const result = handler(event, stream, context)
    if (!isPromise(result)) return await refuse("Streaming does not support non-async handlers.")
    const value = await Promise.race([result.then((returned) => ({ returned })), isSettled])
    if (value === false) return await refuse(new NodeJsExit(NEVER_SETTLED))
    if (value.returned !== undefined) console.warn("Streaming handlers ignore return values.")
    if (!stream.writableEnded) return await refuse("Response stream is not finished.")
    await stream.done
  } catch (error) {
    await refuse(error)
  } finally {
    atRest = () => {}
  }
}
