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

export function every(milliseconds: number, run: () => void): () => void {
  const timer = setInterval(run, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
