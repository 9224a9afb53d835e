import type { Engine } from "../engine.ts"
import { MissingError } from "../errors.ts"

/**
 * An engine of a database whose bodies lay in its rows before, by the same ids: they are read where they are found, and
 * move little by little (move.ts).
 */
export function withRows(engine: Engine, rows: Engine): Engine {
  return {
    create: (id, options) => engine.create(id, options),
    ...(engine.grantsLeases && { grantsLeases: true }),
    find: async (id) => (await engine.find(id)) ?? (await rows.find(id)),

    /** The body may move while it is read: it is in its new place then before it leaves the old one. */
    async *read(id, { start, end }) {
      let at = start
      let fault: MissingError | undefined
      for (const place of [engine, rows, engine]) {
        try {
          for await (const piece of place.read(id, { start: at, end })) {
            at += piece.length
            yield piece
          }
          return
        } catch (error) {
          if (!(error instanceof MissingError)) throw error
          fault = error
        }
      }
      throw fault
    },

    remove: async (id) => (await rows.remove(id)) && (await engine.remove(id)),
  }
}
