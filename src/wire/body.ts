import { WireError } from "./errors.ts"

/** A body on its way: nothing of it is taken before somebody asks. */
export interface BodyOnItsWay extends AsyncIterable<Uint8Array> {
  /** At once where all of it is here. Refuses with a `BodyRefusal`; at once where the sender itself says that it is longer. */
  readWhole(limitBytes: BytesLimit): Uint8Array | Promise<Uint8Array>
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
  add(piece: Uint8Array): void
  size(): number
  whole(): Uint8Array
}

const LEAST_BYTES = 16 * 1024

/**
 * Puts the pieces of a body together as they come: what is held is the body and not its pieces, each of which costs far
 * more than a few bytes. A body that comes in one piece is not copied.
 */
export function gather(expectedBytes: number | undefined): Gathered {
  let buffer: Uint8Array | undefined
  let isOwn = false
  let size = 0
  return {
    add(piece) {
      if (buffer === undefined) buffer = piece
      else {
        const needed = size + piece.length
        if (!isOwn || needed > buffer.length) {
          const room = Math.max(needed, expectedBytes ?? Math.max(LEAST_BYTES, 2 * needed))
          const larger = Buffer.allocUnsafeSlow(room)
          larger.set(buffer.subarray(0, size))
          buffer = larger
          isOwn = true
        }
        buffer.set(piece, size)
      }
      size += piece.length
    },
    size: () => size,
    whole: () => buffer?.subarray(0, size) ?? NOTHING,
  }
}

const NOTHING = new Uint8Array()
