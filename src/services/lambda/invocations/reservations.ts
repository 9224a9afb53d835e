import type { Clock } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Store } from "../../../store/store.ts"
import { after, every } from "../runtime/alarm.ts"
import { extendLeases, giveUpLeases, leasePlaces } from "./places.ts"

/**
 * The places of functions that reserve some, where several processes share a store: each process leases as many as it uses
 * at a time, and holds them a moment longer. Who dies with places gives them back when the lease ends. Where all are taken
 * it is looked again once, after as long as others hold what they do not use.
 */
export interface Reservations {
  /** Takes a place of so many; false where there is none. At once where this process holds one that it does not use. */
  take(functionId: string, reserved: number): boolean | Promise<boolean>
  give(functionId: string): void
  /** Gives all back. */
  close(): Promise<void>
}

const LEASE_MILLISECONDS = 30_000
const HELD_MILLISECONDS = 100
/** Longer than others hold what they do not use. */
const LOOK_AGAIN_MILLISECONDS = 150
/** For so long as others were told that there is none, nobody looks again. */
const KNOWN_MILLISECONDS = 100

interface Held {
  leased: number
  used: number
  wanted: number
  /** By the server's clock. */
  until: number
  /** By the machine's. */
  refusedUntil: number
  /** A look for more. */
  looking: Promise<void> | undefined
  /** What is written to the store is written in this order. */
  written: Promise<void>
  isToShrink: boolean
}

export function createReservations(store: Store, clock: Clock): Reservations {
  const owner = randomUUID()
  const all = new Map<string, Held>()
  let stop: (() => void) | undefined
  let renewing: Promise<void> = Promise.resolve()

  function of(functionId: string): Held {
    let held = all.get(functionId)
    if (!held) {
      held = {
        ...{ leased: 0, used: 0, wanted: 0, until: 0, refusedUntil: 0, isToShrink: false },
        looking: undefined,
        written: Promise.resolve(),
      }
      all.set(functionId, held)
    }
    return held
  }

  const isFree = (held: Held): boolean => held.used < held.leased && held.until > clock.now()

  /** What is written waits for what was written before, and goes on where that failed. */
  function inOrder(held: Held, write: () => Promise<void>): Promise<void> {
    held.written = held.written.catch(() => {}).then(write)
    return held.written
  }

  const lease = (functionId: string, held: Held, reserved: number): Promise<void> =>
    inOrder(held, async () => {
      const now = clock.now()
      const until = now + LEASE_MILLISECONDS
      held.leased = await store.transact((tx) =>
        leasePlaces(
          tx,
          { functionId, owner, until },
          { reserved, wanted: held.used + held.wanted, atLeast: held.used, now },
        ),
      )
      held.until = until
      stop ??= every(LEASE_MILLISECONDS / 3, renew)
    })

  async function look(functionId: string, held: Held, reserved: number): Promise<void> {
    // Those who come in the same moment look together.
    await Promise.resolve()
    await lease(functionId, held, reserved)
    if (isFree(held) || held.used >= reserved) return
    await new Promise<void>((resolve) => void after(LOOK_AGAIN_MILLISECONDS, resolve))
    await lease(functionId, held, reserved)
    if (!isFree(held)) held.refusedUntil = performance.now() + KNOWN_MILLISECONDS
  }

  async function takeLeased(functionId: string, held: Held, reserved: number): Promise<boolean> {
    held.wanted++
    try {
      // A look that had begun before does not count who comes later: they look once more.
      for (let hasJoined = true; hasJoined && performance.now() >= held.refusedUntil; ) {
        hasJoined = held.looking !== undefined
        held.looking ??= look(functionId, held, reserved).finally(() => {
          held.looking = undefined
        })
        await held.looking
        if (!isFree(held)) continue
        held.used++
        return true
      }
      return false
    } finally {
      held.wanted--
    }
  }

  function shrinkSoon(functionId: string, held: Held): void {
    if (held.isToShrink) return
    held.isToShrink = true
    after(HELD_MILLISECONDS, () => {
      held.isToShrink = false
      if (held.looking || held.used >= held.leased) return
      // From now on who wants a place asks for it, behind this.
      held.leased = held.used
      inOrder(held, async () => {
        if (held.wanted > 0) return
        await store.transact((tx) => giveUpLeases(tx, owner, { functionId, keep: held.used }))
        if (held.used + held.leased + held.wanted === 0 && !held.isToShrink) all.delete(functionId)
      }).catch(() => {
        // Given back when the lease ends.
      })
    })
  }

  function renew(): void {
    if ([...all.values()].every(({ leased }) => leased === 0)) {
      stop?.()
      stop = undefined
      return
    }
    const until = clock.now() + LEASE_MILLISECONDS
    renewing = store
      .transact((tx) => extendLeases(tx, owner, until))
      .then(
        () => {
          for (const held of all.values()) held.until = Math.max(held.until, until)
        },
        () => {
          // The store is out of reach: tried again, and told of by the requests that meet it.
        },
      )
  }

  return {
    take(functionId, reserved) {
      const held = of(functionId)
      if (isFree(held)) {
        held.used++
        return true
      }
      if (performance.now() < held.refusedUntil) return false
      return takeLeased(functionId, held, reserved)
    },
    give(functionId) {
      const held = of(functionId)
      held.used--
      shrinkSoon(functionId, held)
    },
    async close() {
      stop?.()
      stop = undefined
      await Promise.allSettled([renewing, ...[...all.values()].map(({ written }) => written)])
      // A store that is out of reach lets go of them when the leases end.
      if (all.size > 0) await store.transact((tx) => giveUpLeases(tx, owner)).catch(() => {})
    },
  }
}
