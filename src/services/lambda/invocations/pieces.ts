/** What a function streams, from where it comes to where it is read. */
export interface Pieces {
  /** Resolves with undefined when the first piece has come. */
  begun: Promise<undefined>
  /** Resolves when the piece has been read, or when nobody reads any more: the function goes on as it is read, and no faster. */
  put(piece: Uint8Array): Promise<void>
  /** No more will come. */
  end(): void
  all: AsyncIterable<Uint8Array>
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
      isAbandoned = true
      for (const { taken } of waiting.splice(0)) taken()
    }
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
    all: all(),
  }
}
