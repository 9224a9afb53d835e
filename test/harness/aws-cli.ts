import { execFileSync } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { findOrInstall } from "./debian.ts"

/** The first that read AWS_ENDPOINT_URL. Source: AWS CLI, "Use endpoints": service-specific endpoints. */
const READS_ENDPOINT: Readonly<Record<string, number>> = { "1": 29, "2": 13 }

/**
 * A PATH with an AWS CLI on it that reads AWS_ENDPOINT_URL. Debian 12's is older than that: it is told the endpoint by a
 * flag instead. Throws what hindered it.
 */
export function pathWithAws(): string {
  const aws = findOrInstall("aws")
  const path = `${dirname(aws)}${delimiter}${process.env.PATH}`
  const version = execFileSync(aws, ["--version"], { stdio: "pipe" }).toString()
  const [, major = "", minor = ""] = /aws-cli\/(\d+)\.(\d+)/.exec(version) ?? []
  if (Number(minor) >= (READS_ENDPOINT[major] ?? 0)) return path
  const folder = mkdtempSync(join(tmpdir(), "hallpass-aws-"))
  writeFileSync(join(folder, "aws"), `#!/bin/sh\nexec '${aws}' --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n`, {
    mode: 0o755,
  })
  return `${folder}${delimiter}${path}`
}
