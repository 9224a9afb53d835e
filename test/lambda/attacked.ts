/**
 * A program that has functions run and tells of it on its standard output, for tests that start it as another user or end
 * it: `attack`, or `linger CONFINEMENT DIRECTORY MARK`.
 */
import type { Confinement } from "../../src/services/lambda/runtime/sandbox/confinement.ts"
import { attack } from "./attack.ts"
import { aFunction, invocation, openWorld } from "./world.ts"

const [what, confinement, directory, mark] = process.argv.slice(2)
if (what === "attack") {
  await using world = openWorld()
  console.log(JSON.stringify(await attack(world)))
} else {
  const kept = confinement as Confinement
  const world = openWorld({
    directory: directory!,
    ...(kept === "none" ? { mode: "unsandboxed" } : { confinement: kept }),
  })
  // A process that has left its group, its session and its parent, and one that works.
  const target = aFunction(`import { spawn } from "node:child_process"
    export const handler = async () => {
      spawn("/bin/sh", ["-c", "${kept === "none" ? "" : "setsid "}sleep ${mark} &"], { stdio: "ignore" })
      await new Promise((resolve) => setTimeout(resolve, 300))
    }`)
  await world.runtime.invoke(target, invocation())
  console.log("begun")
  await world.runtime.invoke(
    aFunction(`import { spawn } from "node:child_process"
    export const handler = async () => { spawn("sleep", ["${mark}"]); while (true); }`),
    invocation(),
  )
}
