import { WireError } from "./errors.ts"

/** A body on its way: nothing of it is taken before somebody asks. */
export interface BodyOnItsWay extends AsyncIterable<Uint8Array> {
  /** At once where all of it is here. Refuses with a `BodyRefusal`; at once where the sender itself says that it is longer. */
  readWhole(limitBytes: BytesLimit): Uint8Array | Promise<Uint8Array>
  /**
   * Gives the memory of what was read whole back at once. Only where it was lent to nobody: what a socket or a file still
   * writes from it would be written from memory that is another's by then.
   */
  release(): void
}

/** The most bytes of a body. What it begins with may tell. */
export type BytesLimit = number | ((first: Uint8Array) => number)

export const limitOf = (limitBytes: BytesLimit, first: Uint8Array): number =>
  typeof limitBytes === "number" ? limitBytes : limitBytes(first)

export type BodyProblem =
  /** Longer than the operation takes. */
  | "too large"
  /** All bodies in flight together are. */
  | "too many"
  /** It hardly comes. */
  | "too slow"
  /** It comes in crumbs, each of which costs more than what it holds. */
  | "in crumbs"
  /** The HTTP around it is broken. */
  | "malformed"
  /** The caller went away. */
  | "aborted"

/** Why a body is not taken; the code, text and status are the service's affair (`operation-errors.ts`). */
export class BodyRefusal extends WireError {
  readonly problem: BodyProblem
  /** The most bytes that would have been taken, where it is too large. */
  readonly limitBytes: number | undefined

  constructor(problem: BodyProblem, limitBytes?: number) {
    super(`RequestBody ${problem}`, `The body of the request is ${problem}.`, { status: STATUS[problem] })
    this.problem = problem
    this.limitBytes = limitBytes
  }
}

const STATUS: Record<BodyProblem, number> = {
  "too large": 413,
  "too many": 503,
  "too slow": 408,
  "in crumbs": 400,
  malformed: 400,
  aborted: 400,
}

/** The whole of a body, at most `limitBytes` of it, else a `BodyRefusal`. */
export function readBody(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  limitBytes: BytesLimit,
): Promise<Uint8Array> | Uint8Array {
  if (body instanceof Uint8Array) {
    assertWithin(limitOf(limitBytes, body), body.length)
    return body
  }
  return "readWhole" in body ? (body as BodyOnItsWay).readWhole(limitBytes) : readIterable(body, limitBytes)
}

async function readIterable(body: AsyncIterable<Uint8Array>, limitBytes: BytesLimit): Promise<Uint8Array> {
  const gathered = gather(undefined)
  let most: number | undefined
  for await (const piece of body) {
    most ??= limitOf(limitBytes, piece)
    assertWithin(most, gathered.size() + piece.length)
    // It is good until the next one is asked for.
    gathered.add(Buffer.from(piece))
  }
  return gathered.whole()
}

function assertWithin(limitBytes: number, bytes: number): void {
  if (bytes > limitBytes) throw new BodyRefusal("too large", limitBytes)
}

export interface Gathered {
  /** Takes the piece over: its memory is given back where it is copied. */
  add(piece: Uint8Array): void
  size(): number
  whole(): Uint8Array
  /** Gives its memory back: nobody may look at `whole()` any more. */
  release(): void
}

const LEAST_BYTES = 16 * 1024

/**
 * Puts the pieces of a body together as they come: what is held is the body and not its pieces, each of which costs far
 * more than a few bytes. A body that comes in one piece is not copied.
 */
export function gather(expectedBytes: number | undefined): Gathered {
  let buffer: Uint8Array = NOTHING
  /** Whether it is ours, and no piece that came. */
  let isOwn = false
  let size = 0

  function makeRoom(needed: number): void {
    const room = Math.max(needed, expectedBytes ?? Math.max(LEAST_BYTES, 2 * needed))
    const larger = Buffer.allocUnsafeSlow(room)
    larger.set(buffer.subarray(0, size))
    release(buffer)
    buffer = larger
    isOwn = true
  }

  return {
    add(piece) {
      const needed = size + piece.length
      if (size === 0 && needed >= (expectedBytes ?? 0)) buffer = piece
      else {
        if (!isOwn || needed > buffer.length) makeRoom(needed)
        buffer.set(piece, size)
        release(piece)
      }
      size = needed
    },
    size: () => size,
    whole: () => buffer.subarray(0, size),
    release() {
      if (isOwn) release(buffer)
    },
  }
}

const NOTHING = new Uint8Array()

/**
 * Gives the memory of bytes back when nobody needs them any more. V8 counts what it holds of such memory, and would collect
 * its whole heap for a few large bodies to get it back; until it does, they are still there.
 */
export function release({ buffer, length }: Uint8Array): void {
  // What shares its memory with others is theirs as well.
  if (length > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}
