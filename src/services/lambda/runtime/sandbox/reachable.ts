import { realpathSync, statSync } from "node:fs"
import { dirname } from "node:path"

const OTHERS_READ = 0o4
const OTHERS_EXECUTE = 0o1

/** Whether a user who owns nothing of it may read and enter it, once there. */
export const isOpen = (path: string): boolean =>
  (statSync(path).mode & (OTHERS_EXECUTE | OTHERS_READ)) === (OTHERS_EXECUTE | OTHERS_READ)

/** Whether a user who owns nothing on the way may execute or enter a path. */
export function isReachable(path: string): boolean {
  try {
    const real = realpathSync(path)
    if (!isOpen(real)) return false
    for (let at = dirname(real); ; at = dirname(at)) {
      if ((statSync(at).mode & OTHERS_EXECUTE) === 0) return false
      if (at === "/") return true
    }
  } catch {
    return false
  }
}
