import { execFileSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"

/** The programs of others that tests drive, each with the Debian package that brings it. */
const PACKAGES = {
  chromium: "chromium",
  initdb: "postgresql",
  aws: "awscli",
  openssl: "openssl",
  python3: "python3",
} as const

export type Program = keyof typeof PACKAGES

/** Where a program is: on the path, or, as root, brought by its Debian package. Throws what hindered it. */
export function findOrInstall(program: Program): string {
  const found = findProgram(program)
  if (found) return found
  install([program])
  const installed = findProgram(program)
  if (!installed) throw new Error(`the package ${PACKAGES[program]} brought no ${program}`)
  return installed
}

/** Brings all that is missing, at once: the files that need them would wait for one another. */
export function installPrograms(): void {
  const missing = (Object.keys(PACKAGES) as Program[]).filter((program) => findProgram(program) === undefined)
  if (missing.length === 0) return
  console.log(`Installing ${missing.map((program) => PACKAGES[program]).join(", ")} ...`)
  try {
    install(missing)
  } catch (error) {
    // The tests that need them say so, each for itself.
    console.error((error as Error).message)
  }
}

function install(programs: readonly Program[]): void {
  const packages = programs.map((program) => PACKAGES[program])
  if (process.getuid?.() !== 0)
    throw new Error(`${programs.join(", ")} cannot be found, and only root can install ${packages.join(", ")}`)
  const apt = (...args: string[]) =>
    execFileSync("apt-get", ["-o", "DPkg::Lock::Timeout=900", ...args], {
      stdio: "pipe",
      timeout: 1_200_000,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    })
  try {
    apt("update")
    apt("install", "-y", "--no-install-recommends", ...packages)
  } catch (error) {
    throw new Error(`apt-get install ${packages.join(" ")} failed`, { cause: error })
  }
}

function findProgram(name: Program): string | undefined {
  const onPath = (process.env.PATH ?? "").split(":").filter(Boolean)
  return [...postgresFolders(), ...onPath, "/usr/bin"].map((folder) => join(folder, name)).find(existsSync)
}

/** Debian keeps the server's programs off the path, in a folder for each version. */
function postgresFolders(): string[] {
  const all = "/usr/lib/postgresql"
  const versions = existsSync(all) ? readdirSync(all).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(all, version, "bin"))
}
