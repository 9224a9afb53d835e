import { execFile } from "node:child_process"
import type { Confinement, Place } from "./confinement.ts"
import { launch } from "./launch.ts"

/** What the operator lets functions run in. */
export type FunctionsMode = "sandboxed" | "unsandboxed" | "off"

/** The best that this machine has, tried out; undefined where nothing can keep functions apart. */
export async function findConfinement(place: Place): Promise<Exclude<Confinement, "none"> | undefined> {
  if (process.platform !== "linux") return undefined
  const isRoot = process.getuid?.() === 0
  const namespaces = isRoot ? "namespaces" : "userNamespaces"
  if (await works(namespaces, place)) return namespaces
  return isRoot && (await canBecome(place.user)) ? "users" : undefined
}

async function works(confinement: Confinement, place: Place): Promise<boolean> {
  const launched = launch(confinement, place, ["/bin/sh", "-c", "exit 42"], { LAMBDA_TASK_ROOT: "/var/task" })
  launched.stdout.resume()
  launched.stderr.resume()
  const exit = await launched.exited
  return "status" in exit && exit.status === 42
}

const canBecome = (user: number): Promise<boolean> =>
  new Promise((resolve) => {
    const args = ["--reuid", `${user}`, "--regid", `${user}`, "--clear-groups", "--", "/bin/sh", "-c", "exit 0"]
    execFile("setpriv", args, { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" } }, (error) => resolve(!error))
  })
