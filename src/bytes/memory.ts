import type { Engine } from "./engine.ts"
import { missing } from "./errors.ts"
import { familyOf } from "./ids.ts"

export interface MemoryEngine extends Engine {
  list(): string[]
  clear(): void
}

/** Bodies in this process, for as long as it runs. */
export function createMemoryEngine(): MemoryEngine {
  /** By family: the pieces of each body. */
  const families = new Map<string, Map<string, Uint8Array[]>>()
  const find = (id: string) => families.get(familyOf(id))?.get(id)
  return {
    async create(id, { as = id } = {}) {
      const pieces: Uint8Array[] = []
      return {
        // A copy, whatever kind of piece it is: `slice` of a Buffer is none.
        write: async (piece) => void pieces.push(new Uint8Array(piece)),
        async finish() {
          const family = families.get(familyOf(as)) ?? new Map<string, Uint8Array[]>()
          families.set(familyOf(as), family.set(as, pieces))
          return undefined
        },
        abort: async () => {},
      }
    },
    find: async (id) => find(id)?.reduce((sum, { length }) => sum + length, 0),
    async *read(id, { start, end }) {
      let offset = 0
      for (const piece of find(id) ?? []) {
        const wanted = piece.subarray(Math.max(start - offset, 0), Math.max(end - offset, 0))
        offset += piece.length
        if (wanted.length > 0) yield wanted
      }
      if (offset < end) throw missing(id, "nothing is there")
    },
    async remove(id) {
      const family = families.get(familyOf(id))
      if (id === familyOf(id)) families.delete(id)
      else if (family?.delete(id) && family.size === 0) families.delete(familyOf(id))
      return true
    },
    list: () => [...families.values()].flatMap((family) => [...family.keys()]).sort(),
    clear: () => families.clear(),
  }
}
