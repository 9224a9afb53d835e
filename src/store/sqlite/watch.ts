import { waitsElsewhere } from "../work-limit.ts"

/** Gives up works that take too long, of which there is one at a time. */
export interface Watch {
  over<T>(work: () => Promise<T>): Promise<T>
}

/**
 * A timer for each work would cost as much as what the work does: there is one, which goes on from work to work, and looks
 * when it rings at how long the one has taken that it finds.
 */
export function createWatch(limitMilliseconds: number): Watch {
  let timer: NodeJS.Timeout | undefined
  let begunAt = 0
  let giveUp: ((error: Error) => void) | undefined

  function ring(): void {
    timer = undefined
    if (!giveUp) return
    const left = limitMilliseconds - (performance.now() - begunAt)
    if (left > 0) arm(left)
    else {
      giveUp(waitsElsewhere(limitMilliseconds))
      giveUp = undefined
    }
  }

  function arm(milliseconds: number): void {
    timer = setTimeout(ring, Math.ceil(milliseconds))
  }

  return {
    over: (work) =>
      new Promise((resolve, reject) => {
        begunAt = performance.now()
        giveUp = reject
        if (timer) timer.ref()
        else arm(limitMilliseconds)
        const end =
          <V>(how: (value: V) => void) =>
          (value: V) => {
            if (giveUp === reject) {
              giveUp = undefined
              timer?.unref()
            }
            how(value)
          }
        Promise.try(work).then(end(resolve), end(reject))
      }),
  }
}
