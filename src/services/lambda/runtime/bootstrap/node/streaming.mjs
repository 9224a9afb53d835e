import { Writable } from "node:stream"
import { InvalidStreamingOperation } from "./errors.mjs"
import { openStream } from "./runtime-api.mjs"

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming")
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark")
const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response"
const PRELUDE_END = Buffer.alloc(8)

/** What functions find as `awslambda`. */
export const awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = "response"
    if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark)
    return handler
  },
  HttpResponseStream: {
    /** A stream whose status, headers and cookies go before its bytes. */
    from(stream, prelude) {
      stream.setContentType(PRELUDE_TYPE)
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(prelude))
        write(PRELUDE_END)
      }
      return stream
    },
  },
}

export const isStreaming = (handler) =>
  handler[STREAMING] !== undefined && handler[STREAMING] !== null && handler[STREAMING] !== false
export const streamingKind = (handler) => handler[STREAMING]

/** The stream that a streaming function writes its response to. */
export class ResponseStream extends Writable {
  #id
  #contentType = "application/octet-stream"
  #sent
  #error

  constructor(id, handler) {
    super({ highWaterMark: handler[HIGH_WATER_MARK] ?? 65536 })
    this.#id = id
  }

  setContentType(contentType) {
    if (this.#sent) throw new InvalidStreamingOperation("Cannot set content-type, too late.")
    this.#contentType = contentType
  }

  write(chunk, encoding, callback) {
    this.#writePrelude()
    const isBytes = typeof chunk === "string" || chunk instanceof Uint8Array
    return super.write(isBytes ? chunk : JSON.stringify(chunk), encoding, callback)
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function") return this.end(undefined, undefined, chunk)
    if (typeof encoding === "function") return this.end(chunk, undefined, encoding)
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding)
    if (!this.#error) this.#writePrelude()
    return super.end(callback)
  }

  #writePrelude() {
    const before = this._onBeforeFirstWrite
    this._onBeforeFirstWrite = undefined
    if (typeof before === "function") before((piece) => super.write(piece))
  }

  /** Ends with an error, which goes behind what was written. */
  fail(error) {
    this.#error = error
    if (!this.writableEnded) this.end()
  }

  /** Resolves when the server has all of it. */
  get done() {
    return this.#open().done
  }

  #open() {
    this.#sent ??= openStream(this.#id, this.#contentType)
    return this.#sent
  }

  _write(chunk, _encoding, callback) {
    this.#open().write(chunk, callback)
  }

  _final(callback) {
    const stream = this.#open()
    stream.end(this.#error)
    stream.done.then(() => callback(), callback)
  }
}
