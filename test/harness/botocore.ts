import { execFileSync } from "node:child_process"
import { findOrInstall } from "./debian.ts"

/** A Python that has botocore, and by which name: the AWS CLI of Debian brings one with it, its second version one of its own. */
export function pythonWithBotocore(): { python: string; botocore: string } {
  const python = findOrInstall("python3")
  findOrInstall("aws")
  for (const program of [python, "/usr/bin/python3"])
    for (const botocore of ["botocore", "awscli.botocore"])
      if (has(program, botocore)) return { python: program, botocore }
  throw new Error("no Python has botocore")
}

function has(python: string, botocore: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${botocore}.session`], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}
