import { type AuthenticationDeps, authenticate } from "../src/authentication/authenticate.ts"
import { issueSessionCredentials, openSessionToken } from "../src/authentication/session-token.ts"
import { deriveSigningKey } from "../src/authentication/signing-key.ts"
import { MasterKey } from "../src/base/master-key.ts"
import { signedRequest } from "../test/signed-requests.ts"

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const RUNS = 9
const PER_RUN = 5000

/** CPU microseconds per call: the median of several runs. */
function measure(work: () => unknown, perRun = PER_RUN): number {
  for (let i = 0; i < perRun; i++) work()
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage()
    for (let i = 0; i < perRun; i++) work()
    const { user, system } = process.cpuUsage(before)
    runs.push((user + system) / perRun)
  }
  return runs.sort((a, b) => a - b)[Math.floor(RUNS / 2)]!
}

/** What a signature costs, in CPU microseconds. */
export async function run(print: (line: string) => void): Promise<void> {
  const masterKey = new MasterKey(Buffer.alloc(32, 1))
  const clock = { now: () => NOW }
  const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  const key = {
    secretAccessKey,
    account: "123456789012",
    status: "Active" as const,
    principal: { kind: "root" as const },
  }
  const deps: AuthenticationDeps = { clock, masterKey, findAccessKey: () => key }
  const longTerm = { accessKeyId: "AKIAEXAMPLE", secretAccessKey }
  const session = issueSessionCredentials(
    masterKey,
    {
      kind: "role-session",
      account: key.account,
      roleArn: "arn:aws:iam::1:role/r",
      roleId: "AROA",
      roleName: "r",
      sessionName: "s",
    },
    900,
    clock,
  )
  const temporary = {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.SessionToken,
  }

  const getItem = {
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.GetItem",
      "user-agent": "aws-sdk-js/3",
    },
    body: JSON.stringify({ TableName: "table", Key: { id: { S: "x".repeat(250) } } }),
  }
  const getObject = { method: "GET", path: "/bucket/photos/2026/01/a%20b.jpg", query: { "x-id": "GetObject" } }
  const dynamodb = { name: "dynamodb", errors: "json" as const }
  const s3 = { name: "s3", errors: "s3" as const }
  const json = await signedRequest(getItem, { service: "dynamodb", credentials: longTerm, time: NOW })
  const jsonSession = await signedRequest(getItem, { service: "dynamodb", credentials: temporary, time: NOW })
  const object = await signedRequest(getObject, { service: "s3", credentials: temporary, time: NOW })

  const line = (name: string, microseconds: number) =>
    print(`${name.padEnd(52)} ${microseconds.toFixed(1).padStart(7)} us`)
  line(
    "DynamoDB GetItem, long-term key",
    measure(() => authenticate(json, dynamodb, deps)),
  )
  line(
    "DynamoDB GetItem, session",
    measure(() => authenticate(jsonSession, dynamodb, deps)),
  )
  line(
    "S3 GetObject, session",
    measure(() => authenticate(object, s3, deps)),
  )
  const scope = { accessKeyId: "AKIA", date: "20260102", region: "us-east-1", service: "s3" }
  line(
    "deriving a signing key (once per key, day and service)",
    measure(() => deriveSigningKey(secretAccessKey, scope), 500),
  )
  line(
    "issuing session credentials, and opening them the first time",
    measure(() => {
      const record = {
        kind: "federated-user" as const,
        account: key.account,
        name: "bob",
        issuer: { kind: "root" as const },
      }
      return openSessionToken(masterKey, issueSessionCredentials(masterKey, record, 900, clock).SessionToken)
    }, 500),
  )
}

if (import.meta.main) await run(console.log)
