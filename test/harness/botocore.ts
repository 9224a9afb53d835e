import { execFileSync } from "node:child_process"
import { findOrInstall } from "./debian.ts"

/** A Python that has botocore, which the AWS CLI of Debian brings with it. Throws what hindered it. */
export function pythonWithBotocore(): string {
  const python = findOrInstall("python3")
  if (hasBotocore(python)) return python
  findOrInstall("aws")
  const own = "/usr/bin/python3"
  if (!hasBotocore(own)) throw new Error(`${own} has no botocore`)
  return own
}

function hasBotocore(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import botocore.session"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
