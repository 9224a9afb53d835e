import { type Load, type Measured, measure } from "./load.ts"
import { measureBucketPeer, measureTablePeer } from "./peers.ts"
import {
  AUTHOR,
  BUCKET,
  prepareBucket,
  prepareIdentity,
  prepareSession,
  prepareSignIn,
  prepareTable,
  SHELF,
  TABLE,
} from "./prepare.ts"
import { passwordSignIn, refresh, srpAnswers, srpStart } from "./sign-in.ts"
import { type Keys, type Subject, signed, startEcho, startHallpass } from "./subjects.ts"

const KIB = 1024
const MIB = 1024 * KIB

export const getItem = (url: string, credentials?: Keys): Promise<Load> =>
  onTables("GetItem", { TableName: TABLE, Key: AUTHOR }, url, credentials)

/** Of every item of a partition. */
export const query = (url: string, credentials?: Keys): Promise<Load> => {
  const ExpressionAttributeValues = { ":shelf": { S: SHELF.name } }
  const input = { TableName: SHELF.table, KeyConditionExpression: "shelf = :shelf", ExpressionAttributeValues }
  return onTables("Query", input, url, credentials)
}

function onTables(operation: string, input: object, url: string, credentials: Keys | undefined): Promise<Load> {
  const headers = { "x-amz-target": `DynamoDB_20120810.${operation}`, "content-type": "application/x-amz-json-1.0" }
  return signed("dynamodb", { url, method: "POST", path: "/", headers, body: JSON.stringify(input) }, credentials)
}

/** Of an object of so many bytes; the payload is not signed, as over TLS. */
export const object = (method: string, url: string, bytes: number, credentials?: Keys): Promise<Load> => {
  const body = method === "PUT" ? Buffer.alloc(bytes, "x") : ""
  const headers: Record<string, string> = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }
  if (method === "PUT") headers["content-length"] = String(bytes)
  return signed("s3", { url, method, path: `/${BUCKET}/${bytes}`, headers, body }, credentials)
}

const identityCall = (url: string, operation: string, body: object): Load => ({
  url,
  method: "POST",
  path: "/",
  headers: { "x-amz-target": `AWSCognitoIdentityService.${operation}`, "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(body),
})

/** Prints what whole requests cost, as multiples of an echo in the same run, beside the peers found in `peersDirectory`. */
export async function run(print: (line: string) => void, peersDirectory?: string): Promise<void> {
  using echo = await startEcho()
  using hallpass = await startHallpass()
  const { url } = hallpass
  await prepareTable(url)
  await prepareBucket(url)
  const session = await prepareSession(url)
  const item = await getItem(url, session)
  const floor = await measureOn(echo, 20_000, { ...item, url: echo.url })
  const show = (name: string, measured: Measured) => print(lineOf(name, measured, floor))

  show("node:http echo", floor)
  show("GetItem, role session", await measureOn(hallpass, 20_000, item))
  show(`Query, ${SHELF.books} items, role session`, await measureOn(hallpass, 10_000, await query(url, session)))
  await measureTablePeer(peersDirectory, show)
  for (const [size, bytes, count] of [
    ["4 KiB", 4 * KIB, 5_000],
    ["8 MiB", 8 * MIB, 60],
  ] as const) {
    for (const method of ["PUT", "GET"])
      show(
        `S3 ${method} ${size}, role session`,
        await measureOn(hallpass, count, await object(method, url, bytes, session)),
      )
    await measureBucketPeer(peersDirectory, size, bytes, count, show)
  }
  const target = await prepareSignIn(url)
  show("sign-in by password", await measureOn(hallpass, 1_000, passwordSignIn(target)))
  show("sign-in by SRP, first half", await measureOn(hallpass, 500, srpStart(target)))
  const srp = 200
  show("sign-in by SRP, second half", await measure(srp, hallpass.cpuSeconds, await srpAnswers(target, srp + srp / 5)))
  show("refresh", await measureOn(hallpass, 1_000, await refresh(target)))
  const { IdentityPoolId, IdentityId, Logins } = await prepareIdentity(target)
  show("GetId", await measureOn(hallpass, 5_000, identityCall(url, "GetId", { IdentityPoolId, Logins })))
  const exchange = identityCall(url, "GetCredentialsForIdentity", { IdentityId, Logins })
  show("GetCredentialsForIdentity", await measureOn(hallpass, 5_000, exchange))
}

/** The same request again and again. */
export const measureOn = ({ cpuSeconds }: Subject, count: number, load: Load): Promise<Measured> =>
  measure(count, cpuSeconds, () => load)

function lineOf(
  name: string,
  { requestsPerSecond, cpuMicrosecondsPerRequest: cpu }: Measured,
  floor: Measured,
): string {
  const columns = [
    name.padEnd(34),
    `${requestsPerSecond.toFixed(0).padStart(7)} requests/s`,
    `${cpu.toFixed(0).padStart(7)} us CPU each`,
    `${(cpu / floor.cpuMicrosecondsPerRequest).toFixed(1).padStart(7)} x echo`,
  ]
  return columns.join("  ")
}

if (import.meta.main) await run(console.log)
