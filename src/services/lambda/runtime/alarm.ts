/**
 * The timers of the runtime. They are of this process and are lost with it: the deadline of a process that runs here, the
 * look at its memory, the end of one that nobody has used for a while. What must outlive the server is work/'s.
 *
 * They follow the machine's own clock, as the processes do. None of them keeps the server alive.
 */
export function after(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds)
  timer.unref()
  return () => clearTimeout(timer)
}

/** A deadline that is set again and again and most often not reached: one timer stands for many of them. */
export interface Alarm {
  set(milliseconds: number): void
  cancel(): void
  /** It is not set any more. */
  end(): void
}

export function createAlarm(run: () => void): Alarm {
  /** By `performance.now()`. */
  let due: number | undefined
  let timer: { cancel(): void; at: number } | undefined

  function arm(milliseconds: number): void {
    timer?.cancel()
    timer = { cancel: after(milliseconds, ring), at: performance.now() + milliseconds }
  }

  function ring(): void {
    timer = undefined
    if (due === undefined) return
    const left = due - performance.now()
    // Timers are as exact as a millisecond.
    if (left >= 1) arm(left)
    else {
      due = undefined
      run()
    }
  }

  return {
    set(milliseconds) {
      due = performance.now() + milliseconds
      if (timer === undefined || timer.at > due) arm(milliseconds)
    },
    cancel() {
      due = undefined
    },
    end() {
      due = undefined
      timer?.cancel()
      timer = undefined
    },
  }
}

export function every(milliseconds: number, run: () => void): () => void {
  const timer = setInterval(run, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
