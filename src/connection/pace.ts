import { type Place, Queue } from "./queue.ts"

/** A body that somebody waits for. */
export interface Paced {
  /** All bytes that have come until now. */
  arrivedBytes(): number
  /** There is nothing to read: it is the sender that is waited for. */
  isWaitedFor(): boolean
  tooSlow(): void
}

/** Watches that the bodies that are waited for do come. */
export interface Pace {
  /** Until it leaves. */
  watch(body: Paced): Place<unknown>
}

/** How slow a body may be. */
export interface PaceLimits {
  tickMilliseconds: number
  /** So many ticks of waiting are looked at together: a sender may pause, and one that is slow may come in bursts. */
  windowTicks: number
  leastBytesPerSecond: number
}

/** 240 bytes a second are also the least that ASP.NET's Kestrel takes (its `MinRequestBodyDataRate`). */
const LIMITS: PaceLimits = { tickMilliseconds: 1000, windowTicks: 20, leastBytesPerSecond: 240 }

interface Window {
  body: Paced
  place: Place<Window> | undefined
  ticks: number
  bytesAtItsStart: number
}

/**
 * Time in which nobody reads does not count: a store that is slow is no fault of the sender. Whoever sends less than the
 * least over a whole window of waiting is told that it is too slow.
 */
export function createPace({ tickMilliseconds, windowTicks, leastBytesPerSecond }: PaceLimits = LIMITS): Pace {
  const windows = new Queue<Window>()
  const leastBytes = (leastBytesPerSecond * windowTicks * tickMilliseconds) / 1000
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    for (const window of windows) {
      const { body, place } = window
      if (!body.isWaitedFor() || ++window.ticks < windowTicks) continue
      const arrived = body.arrivedBytes()
      if (arrived - window.bytesAtItsStart < leastBytes) {
        place?.leave()
        body.tooSlow()
      } else Object.assign(window, { ticks: 0, bytesAtItsStart: arrived })
    }
    if (windows.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    watch(body) {
      const window: Window = { body, ticks: 0, bytesAtItsStart: body.arrivedBytes(), place: undefined }
      timer ??= setInterval(tick, tickMilliseconds).unref()
      window.place = windows.enter(window)
      return window.place
    },
  }
}
