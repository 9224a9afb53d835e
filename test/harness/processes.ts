import { readdirSync, readFileSync } from "node:fs"

/** The processes that a process began, as Linux tells them. */
export function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // After the name, in brackets, come the state and the parent: proc_pid_stat(5).
        return Number(/.*\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]) === parent
      } catch {
        return false
      }
    })
    .map(Number)
}
