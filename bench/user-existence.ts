import { mkdtempSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { startSrpClient } from "../test/wire/srp-client.ts"
import { REGION, ROOT_KEYS, startHallpass } from "./subjects.ts"

/** For each flow its own, so that nobody is locked out by the flow before. */
const NAMES = 100
const ROUNDS = 2
const PASSWORD = "Tr0ub4dor&3"

interface Pool {
  url: string
  poolId: string
  clientId: string
}

interface Answer {
  milliseconds: number
  text: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** One request after the other over one connection: what a patient stranger nearby would see. */
function call({ url }: Pool, operation: string, body: object): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const headers = {
    "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    "content-type": "application/x-amz-json-1.1",
  }
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const outgoing = request({ agent, hostname, port, method: "POST", path: "/", headers }, (response) => {
      let text = ""
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => (text += chunk))
      response.on("end", () => resolve({ milliseconds: performance.now() - start, text }))
    })
    outgoing.on("error", reject)
    outgoing.end(JSON.stringify(body))
  })
}

const { SRP_A } = startSrpClient("us-east-1_bench")

const initiate = (pool: Pool, AuthFlow: string, USERNAME: string, more: Record<string, string> = {}) =>
  call(pool, "InitiateAuth", { ClientId: pool.clientId, AuthFlow, AuthParameters: { USERNAME, ...more } })

const respond = (pool: Pool, ChallengeName: string, ChallengeResponses: object, Session?: string) =>
  call(pool, "RespondToAuthChallenge", { ClientId: pool.clientId, ChallengeName, ChallengeResponses, Session })

async function answerSrp(pool: Pool, name: string): Promise<Answer> {
  const started = JSON.parse((await initiate(pool, "USER_SRP_AUTH", name, { SRP_A })).text)
  return respond(pool, "PASSWORD_VERIFIER", {
    USERNAME: started.ChallengeParameters.USER_ID_FOR_SRP,
    PASSWORD_CLAIM_SECRET_BLOCK: started.ChallengeParameters.SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString("base64"),
    TIMESTAMP: "Tue Sep 5 09:03:00 UTC 2028",
  })
}

async function answerCode(pool: Pool, name: string): Promise<Answer> {
  const started = await initiate(pool, "USER_AUTH", name, { PREFERRED_CHALLENGE: "EMAIL_OTP" })
  return respond(pool, "EMAIL_OTP", { USERNAME: name, EMAIL_OTP_CODE: "no code" }, JSON.parse(started.text).Session)
}

/** Every request by which a stranger might learn who is there. Only the last request of each is timed. */
const FLOWS: Readonly<Record<string, (pool: Pool, name: string) => Promise<Answer>>> = {
  "USER_SRP_AUTH, start": (pool, name) => initiate(pool, "USER_SRP_AUTH", name, { SRP_A }),
  "USER_SRP_AUTH, wrong proof": answerSrp,
  "USER_PASSWORD_AUTH, wrong": (pool, name) => initiate(pool, "USER_PASSWORD_AUTH", name, { PASSWORD: "Wr0ng!!!" }),
  "USER_AUTH, start": (pool, name) => initiate(pool, "USER_AUTH", name),
  "EMAIL_OTP, start": (pool, name) => initiate(pool, "USER_AUTH", name, { PREFERRED_CHALLENGE: "EMAIL_OTP" }),
  "EMAIL_OTP, wrong code": answerCode,
  ForgotPassword: (pool, name) => call(pool, "ForgotPassword", { ClientId: pool.clientId, Username: name }),
  "ConfirmForgotPassword, wrong code": async (pool, name) => {
    await call(pool, "ForgotPassword", { ClientId: pool.clientId, Username: name })
    const answer = { ClientId: pool.clientId, Username: name, ConfirmationCode: "000000", Password: PASSWORD }
    return call(pool, "ConfirmForgotPassword", answer)
  },
}

async function prepare(url: string): Promise<Pool> {
  const idp = new CognitoIdentityProvider({ endpoint: url, region: REGION, credentials: ROOT_KEYS })
  const { UserPool } = await idp.createUserPool({
    PoolName: "bench",
    AutoVerifiedAttributes: ["email"],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
  })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.createUserPoolClient({
    UserPoolId,
    ClientName: "bench",
    PreventUserExistenceErrors: "ENABLED",
    ExplicitAuthFlows: [
      "ALLOW_USER_AUTH",
      "ALLOW_USER_PASSWORD_AUTH",
      "ALLOW_USER_SRP_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
    ],
  })
  for (const Username of Object.keys(FLOWS).flatMap((_, flow) => namesOf("person", flow))) {
    const UserAttributes = [
      { Name: "email", Value: `${Username}@example.com` },
      { Name: "email_verified", Value: "true" },
    ]
    await idp.adminCreateUser({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" })
    await idp.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true })
  }
  idp.destroy()
  return { url, poolId: UserPoolId, clientId: UserPoolClient!.ClientId! }
}

const namesOf = (prefix: string, flow: number): string[] =>
  Array.from({ length: NAMES }, (_, n) => `${prefix}${1000 + flow * NAMES + n}`)

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** How often one request, judged by the best limit that there is, tells who is there: 50 % is a coin. */
function bestGuess(left: number[], right: number[]): number {
  const all = [...left.map((time) => ({ time, side: 1 })), ...right.map((time) => ({ time, side: -1 }))]
  all.sort((a, b) => a.time - b.time)
  let balance = 0
  let best = 0
  for (const { side } of all) {
    balance += side
    best = Math.max(best, Math.abs(balance))
  }
  return 0.5 + best / all.length
}

/** The lengths of answers that are not errors; a request id is in none of them. */
const lengthsOf = (answers: Answer[]): string => [...new Set(answers.map(({ text }) => text.length))].sort().join("/")

export async function run(print: (line: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-bench-"))
  using subject = await startHallpass(["--data-dir", directory])
  try {
    const pool = await prepare(subject.url)
    print("| request | user, ms | ghost, ms | one request tells | lengths, user | ghost |")
    print("|---|---|---|---|---|---|")
    for (const [number, [flow, ask]] of Object.entries(FLOWS).entries()) {
      const [users, ghosts] = [namesOf("person", number), namesOf("spirit", number)]
      const seen = { user: [] as Answer[], ghost: [] as Answer[] }
      // What comes first compiles what is hot, and is not counted.
      for (let round = -1; round < ROUNDS; round++)
        for (let n = 0; n < (round < 0 ? 30 : NAMES); n++) {
          const [user, ghost] = [await ask(pool, users[n]!), await ask(pool, ghosts[n]!)]
          if (round < 0) continue
          seen.user.push(user)
          seen.ghost.push(ghost)
        }
      const [user, ghost] = [seen.user, seen.ghost].map((answers) => answers.map(({ milliseconds }) => milliseconds))
      const accuracy = `${(100 * bestGuess(user!, ghost!)).toFixed(0)} %`
      const times = [median(user!), median(ghost!)].map((time) => time.toFixed(2))
      print(`| ${[flow, ...times, accuracy, lengthsOf(seen.user), lengthsOf(seen.ghost)].join(" | ")} |`)
    }
  } finally {
    agent.destroy()
    subject[Symbol.dispose]()
    rmSync(directory, { recursive: true, force: true })
  }
}
