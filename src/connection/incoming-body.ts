import type { Readable } from "node:stream"
import {
  type BodyOnItsWay,
  BodyRefusal,
  type BytesLimit,
  type Gathered,
  gather,
  limitOf,
  release,
} from "../wire/body.ts"
import type { BodyMemory } from "./body-memory.ts"
import { isCrumbled } from "./crumbs.ts"
import type { Pace, Paced } from "./pace.ts"
import type { Place } from "./queue.ts"

export interface BodyLimits {
  memory: BodyMemory
  pace: Pace
}

/** Where a body comes from. */
export interface Arrival {
  incoming: Readable
  /** `Content-Length`, which has been seen to be a number; 0 where the sender does not say. */
  declaredBytes: number
  /** Of what the pace is reckoned by. */
  counter: { readonly bytesRead: number }
}

/**
 * The body of a request as it comes from `node:http` or `node:http2`. It may be read once, whole or piece by piece. Leaving it in the
 * middle leaves the connection as it is: what becomes of that is decided where the answer is sent.
 */
export class IncomingBody implements BodyOnItsWay, Paced {
  readonly #incoming: Readable
  readonly #declaredBytes: number
  readonly #counter: Arrival["counter"]
  readonly #limits: BodyLimits
  readonly #begin: () => void
  #failure: Error | undefined
  /** Whoever waits for more, or for the end. */
  #wake: (() => void) | undefined
  /** Among those whose pace is watched. */
  #place: Place<unknown> | undefined
  #heldBytes = 0
  #held: Gathered | undefined
  /** Not even to be passed over: that would cost as much, or take as long. */
  isHopeless = false
  /** Somebody reads it. */
  #isOpen = false

  /** `begin` is called when the body is first asked for. */
  constructor({ incoming, declaredBytes, counter }: Arrival, limits: BodyLimits, begin: () => void) {
    this.#incoming = incoming
    this.#declaredBytes = declaredBytes
    this.#counter = counter
    this.#limits = limits
    this.#begin = begin
  }

  readWhole(limitBytes: BytesLimit): Uint8Array | Promise<Uint8Array> {
    const incoming = this.#incoming
    const declaredBytes = this.#declaredBytes
    if (typeof limitBytes === "number" && declaredBytes > limitBytes) throw new BodyRefusal("too large", limitBytes)
    // Nearly every body comes in one packet with its head: nobody has to wait for it.
    const isHere = declaredBytes > 0 && incoming.readableLength === declaredBytes
    return isHere ? this.#take(limitBytes, declaredBytes) : this.#gather(limitBytes, declaredBytes)
  }

  #take(limitBytes: BytesLimit, bytes: number): Uint8Array {
    this.#assertWell()
    this.#begin()
    const whole: Buffer = this.#incoming.read()
    // What is left of it is its end, which node:http waits for before it lets go of the request.
    this.#incoming.resume()
    const most = limitOf(limitBytes, whole)
    if (bytes > most) throw new BodyRefusal("too large", most)
    if (!this.#limits.memory.take(bytes, bytes)) throw new BodyRefusal("too many")
    this.#heldBytes += bytes
    return whole
  }

  async #gather(limitBytes: BytesLimit, declaredBytes: number): Promise<Uint8Array> {
    const incoming = this.#incoming
    const gathered = gather(declaredBytes || undefined)
    this.#held = gathered
    let pieces = 0
    let most: number | undefined
    const onData = (piece: Buffer) => {
      const size = gathered.size() + piece.length
      most ??= limitOf(limitBytes, piece)
      if (Math.max(size, declaredBytes) > most) return this.fail(new BodyRefusal("too large", most))
      if (isCrumbled(++pieces, size)) {
        this.isHopeless = true
        return this.fail(new BodyRefusal("in crumbs"))
      }
      if (!this.#limits.memory.take(piece.length, size)) return this.fail(new BodyRefusal("too many"))
      this.#heldBytes += piece.length
      gathered.add(piece)
    }
    incoming.on("data", onData)
    try {
      await this.#untilEnd()
    } finally {
      incoming.removeListener("data", onData)
      // Without anybody to read it, it would flow on into nothing.
      if (!incoming.readableEnded) incoming.pause()
    }
    return gathered.whole()
  }

  /** A piece is good until the next one is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const incoming = this.#incoming
    incoming.on("readable", this.#onEvent)
    this.#listen()
    try {
      for (;;) {
        this.#assertWell()
        const piece: Buffer | null = incoming.read()
        if (piece !== null) {
          yield piece
          release(piece)
        } else if (incoming.readableEnded) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      this.#leave()
    }
  }

  /** Whoever reads it is told, now or when they next ask. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#wake?.()
  }

  /** Nobody is to read on: whoever still does is told so. What was read whole is not held any more. */
  abandon(): void {
    if (this.#isOpen) {
      this.fail(new BodyRefusal("aborted"))
      this.#leave()
    }
    this.#limits.memory.give(this.#heldBytes)
    this.#heldBytes = 0
  }

  release(): void {
    this.#held?.release()
  }

  arrivedBytes = (): number => this.#counter.bytesRead
  isWaitedFor = (): boolean => this.#incoming.readableLength === 0
  tooSlow = (): void => {
    this.isHopeless = true
    this.fail(new BodyRefusal("too slow"))
  }

  async #untilEnd(): Promise<void> {
    this.#listen()
    try {
      while (!this.#incoming.readableEnded) {
        this.#assertWell()
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
      this.#assertWell()
    } finally {
      this.#leave()
    }
  }

  #listen(): void {
    this.#isOpen = true
    this.#begin()
    this.#place = this.#limits.pace.watch(this)
    for (const event of ENDINGS) this.#incoming.on(event, this.#onEvent)
  }

  #leave(): void {
    this.#isOpen = false
    this.#wake = undefined
    this.#place?.leave()
    this.#incoming.removeListener("readable", this.#onEvent)
    for (const event of ENDINGS) this.#incoming.removeListener(event, this.#onEvent)
  }

  readonly #onEvent = (error?: Error): void => {
    if (error) this.#failure ??= new BodyRefusal("aborted")
    this.#wake?.()
  }

  #assertWell(): void {
    if (this.#failure) throw this.#failure
    if (this.#incoming.destroyed && !this.#incoming.readableEnded) throw new BodyRefusal("aborted")
  }
}

const ENDINGS = ["end", "error", "close"] as const
