import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, resolve } from "node:path"
import { type Measured, measureOn } from "./load.ts"
import { prepareBucket, prepareTable, SHELF } from "./prepare.ts"
import { getItem, query } from "./requests.ts"
import { startPeer } from "./subjects.ts"

type Show = (name: string, measured: Measured) => void

/** What s3rver takes for credentials. */
const S3RVER_KEYS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" }

/** A program of a package that is installed below the folder. */
function findProgram(directory: string | undefined, packageName: string, path: string): string | undefined {
  if (directory === undefined) return undefined
  try {
    const file = createRequire(`${resolve(directory)}/package.json`).resolve(`${packageName}/package.json`)
    return join(dirname(file), path)
  } catch {
    return undefined
  }
}

/** dynalite, in memory. It checks no signature and no permission. */
export async function measureTablePeer(directory: string | undefined, show: Show): Promise<void> {
  const program = findProgram(directory, "dynalite", "cli.js")
  if (program === undefined) return
  using peer = await startPeer(program, (port) => ["--port", String(port), "--createTableMs", "0"])
  if (!peer) return
  await prepareTable(peer.url)
  show("GetItem, dynalite", await measureOn(peer, 10_000, await getItem(peer.url)))
  show(`Query, ${SHELF.books} items, dynalite`, await measureOn(peer, 2_000, await query(peer.url)))
}

/** s3rver, on the disk. It checks the signature and no permission. */
export async function startBucketPeer(directory: string | undefined, data: string) {
  const program = findProgram(directory, "s3rver", "bin/s3rver.js")
  if (program === undefined) return undefined
  const flags = (port: number) => ["--port", String(port), "--directory", join(data, "s3rver"), "--silent"]
  mkdirSync(join(data, "s3rver"))
  const peer = await startPeer(program, flags)
  if (!peer) return undefined
  await prepareBucket(peer.url, S3RVER_KEYS)
  return { ...peer, keys: S3RVER_KEYS }
}

/** serverless-offline: it runs the function in a thread of its own process, and checks nothing of this method's callers. */
export async function startServerlessOffline(directory: string | undefined, folder: string) {
  const program = findProgram(directory, "serverless", "bin/serverless.js")
  if (program === undefined || findProgram(directory, "serverless-offline", "package.json") === undefined)
    return undefined
  symlinkSync(join(resolve(directory!), "node_modules"), join(folder, "node_modules"))
  writeFileSync(
    join(folder, "index.js"),
    "exports.handler = async () => ({ statusCode: 200, body: '{\"ok\":true}' })\n",
  )
  writeFileSync(
    join(folder, "serverless.yml"),
    `service: bench
frameworkVersion: "3"
provider: { name: aws, runtime: nodejs20.x, region: us-east-1 }
functions: { answers: { handler: index.handler, events: [{ http: { path: function, method: post } }] } }
plugins: [serverless-offline]
`,
  )
  const env = {
    ...process.env,
    SLS_TELEMETRY_DISABLED: "1",
    SLS_NOTIFICATIONS_MODE: "off",
    SLS_INTERACTIVE_SETUP_ENABLE: "0",
  }
  const flags = (port: number) => ["offline", "--httpPort", String(port), "--lambdaPort", "0", "--stage", "prod"]
  return startPeer(program, flags, { cwd: folder, env })
}

/** lambda-local's server: it runs the function in its own process, and checks neither signature nor permission. */
export async function startRunnerPeer(directory: string | undefined, file: string) {
  const program = findProgram(directory, "lambda-local", "build/cli.js")
  if (program === undefined) return undefined
  return startPeer(program, (port) => ["--watch", String(port), "-l", file, "-h", "handler", "-v", "0"])
}
