/** What a function streams, from where it comes to where it is read. */
export interface Pieces {
  /** Resolves with undefined when the first piece has come. */
  begun: Promise<undefined>
  /** Resolves when the piece has been read, or when nobody reads any more: the function goes on as it is read, and no faster. */
  put(piece: Uint8Array): Promise<void>
  /** No more will come. */
  end(): void
  all: AsyncIterable<Uint8Array>
  /** Nobody reads any more, or ever has. */
  abandon(): void
}

interface Waiting {
  piece: Uint8Array
  taken(): void
}

export function createPieces(): Pieces {
  const begun = Promise.withResolvers<undefined>()
  const waiting: Waiting[] = []
  let wake = Promise.withResolvers<void>()
  let isEnded = false
  let isAbandoned = false

  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next = waiting[0]
        if (next) {
          yield next.piece
          waiting.shift()
          next.taken()
        } else if (isEnded) {
          return
        } else {
          await wake.promise
          wake = Promise.withResolvers<void>()
        }
      }
    } finally {
      abandon()
    }
  }

  function abandon(): void {
    isAbandoned = true
    for (const { taken } of waiting.splice(0)) taken()
  }

  return {
    begun: begun.promise,
    put: (piece) =>
      new Promise<void>((taken) => {
        begun.resolve(undefined)
        if (isAbandoned) return taken()
        waiting.push({ piece, taken })
        wake.resolve()
      }),
    end() {
      isEnded = true
      wake.resolve()
    },
    all: abandoning(all(), { abandon }),
    abandon,
  }
}

/**
 * What is made of the pieces, for a reader who may go away before the first of them: a generator that was not begun does not
 * hear that it is given up.
 */
export function abandoning(
  made: AsyncGenerator<Uint8Array>,
  { abandon }: Pick<Pieces, "abandon">,
): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => made.next(),
    async return() {
      abandon()
      return made.return(undefined)
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
