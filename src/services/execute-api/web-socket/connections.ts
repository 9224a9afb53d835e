import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Store } from "../../../store/store.ts"
import type { Connection, ConnectionFacts, ConnectionHouse } from "./connection.ts"
import * as record from "./nodes/record.ts"

/** The connections of all nodes, of which some are held here. */
export interface Connections extends ConnectionHouse {
  /** Before a connection is opened: from then on every node finds it. */
  announce(facts: ConnectionFacts): Promise<void>
  find(id: string): Promise<Found | undefined>
  /** Resolves when what has ended here is known everywhere. */
  settle(): Promise<void>
}

export interface Found {
  facts: ConnectionFacts
  /** False where its reader has not taken what was sent before. Of one that another node holds, it is sent within about a second. */
  send(body: Uint8Array): Promise<boolean>
  close(): Promise<void>
}

/** UNVERIFIED: what the client is told. */
const DELETED = { code: 1000, reason: "Connection Closed Normally" }
const NOTHING = new Uint8Array()

const houses = new WeakMap<Store, Connections>()

/** One for each server: tests run several in one process. */
export function connectionsOf(deps: Pick<Deps, "store" | "clock">): Connections {
  const known = houses.get(deps.store)
  if (known) return known
  const made = createConnections(deps)
  houses.set(deps.store, made)
  return made
}

/** Seconds: so often a lease is renewed, and told which connections were used. */
const RENEWAL_TICKS = 10

function createConnections({ store, clock }: Pick<Deps, "store" | "clock">): Connections {
  const held = new Map<string, Connection>()
  const node = randomUUID()
  const ending = new Set<Promise<unknown>>()
  const touched = new Map<string, number>()
  let letters = 0
  let ticks = 0
  let leasedUntil = 0
  let looking: Promise<void> | undefined

  const here = (connection: Connection): Found => ({
    facts: connection.facts,
    send: async (body) => connection.send(body),
    close: async () => connection.close(DELETED.code, DELETED.reason),
  })

  function elsewhere(holder: string, facts: ConnectionFacts): Found {
    const write = (closes: boolean, body: Uint8Array) => {
      const id = `${String(clock.now()).padStart(15, "0")}-${String(letters++).padStart(9, "0")}-${node}`
      return store.transact((tx) => record.putLetter(tx, holder, id, { connectionId: facts.id, closes, body }))
    }
    return {
      facts,
      send: (body) => write(false, body),
      async close() {
        await write(true, NOTHING)
        await store.transact((tx) => record.removeConnection(tx, facts.id))
      },
    }
  }

  async function renew(): Promise<void> {
    const now = clock.now()
    const used = [...held.values()].filter(({ facts }) => touched.get(facts.id) !== facts.lastActiveAt)
    await store.transact(async (tx) => {
      await record.renewLease(tx, node, now)
      for (const { facts } of used.slice(0, 250)) await record.touchConnection(tx, facts)
    })
    leasedUntil = now + record.LEASE_MILLISECONDS
    for (const { facts } of used.slice(0, 250)) touched.set(facts.id, facts.lastActiveAt)
  }

  async function look(): Promise<void> {
    if (ticks++ % RENEWAL_TICKS === 0) await renew()
    let areMore = await store.read((tx) => record.hasLetters(tx, node))
    while (areMore) {
      const taken = await store.transact((tx) => record.takeLetters(tx, node))
      areMore = taken.areMore
      for (const { connectionId, closes, body } of taken.letters) {
        const connection = held.get(connectionId)
        if (closes) connection?.close(DELETED.code, DELETED.reason)
        else connection?.send(body)
      }
    }
  }

  return {
    async announce(facts) {
      if (!store.isShared) return
      const now = clock.now()
      const isDue = leasedUntil - now < record.LEASE_MILLISECONDS / 2
      await store.transact(async (tx) => {
        if (isDue) await record.renewLease(tx, node, now)
        await record.insertConnection(tx, node, facts)
      })
      if (isDue) leasedUntil = now + record.LEASE_MILLISECONDS
      touched.set(facts.id, facts.lastActiveAt)
    },
    enter: (connection) => void held.set(connection.facts.id, connection),
    leave({ facts: { id } }) {
      held.delete(id)
      if (!store.isShared || !touched.delete(id)) return
      const removed = store.transact((tx) => record.removeConnection(tx, id)).catch(() => {})
      ending.add(removed)
      removed.finally(() => ending.delete(removed))
    },
    async find(id) {
      const connection = held.get(id)
      if (connection) return here(connection)
      if (!store.isShared) return undefined
      const found = await store.read((tx) => record.readConnection(tx, id, clock.now()))
      return found && found.node !== node ? elsewhere(found.node, found.facts) : undefined
    },
    // Every connection asks for it, and one look is for all of them. A store that is out of reach is looked into a second later.
    tick() {
      if (!store.isShared || looking) return
      looking = look()
        .catch(() => {})
        .finally(() => {
          looking = undefined
        })
    },
    async settle() {
      await looking
      await Promise.all(ending)
    },
  }
}
