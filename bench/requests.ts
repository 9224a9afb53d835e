import { type Load, type Measured, measure, measureOn } from "./load.ts"
import { measureObjects } from "./objects.ts"
import { measureTablePeer } from "./peers.ts"
import { AUTHOR, prepareIdentity, prepareSession, prepareSignIn, prepareTable, SHELF, TABLE } from "./prepare.ts"
import { measureSignIns, srpAnswers, srpStart } from "./sign-in.ts"
import { type Keys, signed, startEcho, startHallpass } from "./subjects.ts"

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
  const session = await prepareSession(url)
  const item = await getItem(url, session)
  const floor = await measureOn(echo, 20_000, { ...item, url: echo.url })
  const echoed = { of: floor, called: "echo" }
  const show = (name: string, measured: Measured, file?: Measured) =>
    print(lineOf(name, measured, file ? { of: file, called: "bare file server" } : echoed))

  show("node:http echo", floor)
  show("GetItem, role session", await measureOn(hallpass, 20_000, item))
  show(`Query, ${SHELF.books} items, role session`, await measureOn(hallpass, 10_000, await query(url, session)))
  await measureTablePeer(peersDirectory, show)
  await measureObjects(peersDirectory, show)
  const target = await prepareSignIn(url)
  const [signatures, byPassword, refreshed] = await measureSignIns(hallpass, target)
  const signed = { of: signatures, called: "two RSA signatures", digits: 2 }
  show("two RSA signatures alone", signatures)
  print(lineOf("sign-in by password", byPassword, signed))
  print(lineOf("refresh", refreshed, signed))
  show("sign-in by SRP, first half", await measureOn(hallpass, 500, srpStart(target)))
  const srp = 200
  show("sign-in by SRP, second half", await measure(srp, hallpass.cpuSeconds, await srpAnswers(target, srp + srp / 5)))
  const { IdentityPoolId, IdentityId, Logins } = await prepareIdentity(target)
  show("GetId", await measureOn(hallpass, 5_000, identityCall(url, "GetId", { IdentityPoolId, Logins })))
  const exchange = identityCall(url, "GetCredentialsForIdentity", { IdentityId, Logins })
  show("GetCredentialsForIdentity", await measureOn(hallpass, 5_000, exchange))
}

interface Floor {
  of: Measured
  called: string
  digits?: number
}

function lineOf(name: string, measured: Measured, { of, called, digits = 1 }: Floor): string {
  const { requestsPerSecond, cpuMicrosecondsPerRequest: cpu } = measured
  const times = (cpu / of.cpuMicrosecondsPerRequest).toFixed(digits)
  const columns = [
    name.padEnd(34),
    `${requestsPerSecond.toFixed(0).padStart(7)} requests/s`,
    `${cpu.toFixed(0).padStart(7)} us CPU each`,
    `${times.padStart(7)} x ${called}`,
  ]
  return columns.join("  ")
}

if (import.meta.main) await run(console.log)
