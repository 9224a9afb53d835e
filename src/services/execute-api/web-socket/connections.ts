import type { Deps } from "../../../call.ts"
import type { Store } from "../../../store/store.ts"
import type { Connection, ConnectionHouse } from "./connection.ts"

/** The connections that are held here. */
export interface Connections extends ConnectionHouse {
  find(id: string): Connection | undefined
}

const houses = new WeakMap<Store, Connections>()

/** One for each server: tests run several in one process. */
export function connectionsOf({ store }: Pick<Deps, "store">): Connections {
  const known = houses.get(store)
  if (known) return known
  const held = new Map<string, Connection>()
  const made: Connections = {
    enter: (connection) => void held.set(connection.facts.id, connection),
    leave: ({ facts: { id } }) => void held.delete(id),
    find: (id) => held.get(id),
    tick: () => {},
  }
  houses.set(store, made)
  return made
}
