import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"

/** Where a program is: on the path, or, as root, brought by its Debian package. Throws what hindered it. */
export function findOrInstall(program: string, debianPackage: string): string {
  const found = findProgram(program)
  if (found) return found
  if (process.getuid?.() !== 0) throw new Error(`${program} is not installed, and only root can install it`)
  try {
    const options = { stdio: "pipe", timeout: 300_000 } as const
    execFileSync("apt-get", ["update"], options)
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", debianPackage], {
      ...options,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    })
  } catch (error) {
    throw new Error(`${program} is not installed, and apt-get install ${debianPackage} failed`, { cause: error })
  }
  const installed = findProgram(program)
  if (!installed) throw new Error(`the package ${debianPackage} brought no ${program}`)
  return installed
}

const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? "").split(":"), "/usr/bin"]
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(existsSync)
