import { type Confinement, isMounted } from "./confinement.ts"
import { processesBelow, processesOf } from "./processes.ts"

/** Sends a signal to every process of an environment. */
export function signalAll(confinement: Confinement, pid: number, user: number, signal: NodeJS.Signals): void {
  for (const one of processes(confinement, pid, user))
    try {
      process.kill(one, signal)
    } catch {
      // It has ended.
    }
}

function processes(confinement: Confinement, pid: number, user: number): readonly number[] {
  if (confinement === "users") return processesOf(new Set([user])).get(user) ?? []
  // The tool that made the namespaces goes on: it is what notices their end.
  return isMounted(confinement) ? processesBelow(pid).slice(1) : processesBelow(pid)
}
