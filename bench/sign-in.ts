import { generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { promisify } from "node:util"
import { startSrpClient } from "../test/wire/srp-client.ts"
import { type Load, type Measurable, type Measured, measureByTurns, measureOn } from "./load.ts"

/** A confirmed user of a pool on a running server. */
export interface SignInTarget {
  url: string
  poolId: string
  clientId: string
  username: string
  password: string
}

type Call = (operation: string, body: object) => Load

const callOf =
  (url: string): Call =>
  (operation, body) => ({
    url,
    method: "POST",
    path: "/",
    headers: {
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      "content-type": "application/x-amz-json-1.1",
    },
    body: JSON.stringify(body),
  })

interface Answer {
  ChallengeParameters?: Record<string, string>
  AuthenticationResult?: { RefreshToken: string }
}

async function post({ url, headers, body }: Load): Promise<Answer> {
  const response = await fetch(url, { method: "POST", headers, body: String(body) })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Answer
}

/** USER_PASSWORD_AUTH: a whole sign-in in one request. */
export const passwordSignIn = ({ url, clientId, username, password }: SignInTarget): Load =>
  callOf(url)("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: clientId,
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })

/** USER_SRP_AUTH: the first half, the same again and again. */
export const srpStart = ({ url, poolId, clientId, username }: SignInTarget): Load =>
  callOf(url)("InitiateAuth", {
    AuthFlow: "USER_SRP_AUTH",
    ClientId: clientId,
    AuthParameters: { USERNAME: username, SRP_A: startSrpClient(poolId).SRP_A },
  })

/** The second half, each answer good once: made before the clock runs, because the client's arithmetic is not measured. */
export async function srpAnswers(target: SignInTarget, count: number): Promise<() => Load> {
  const { url, poolId, clientId, username, password } = target
  const call = callOf(url)
  const answers: Load[] = []
  for (let i = 0; i < count; i++) {
    const client = startSrpClient(poolId)
    const AuthParameters = { USERNAME: username, SRP_A: client.SRP_A }
    const first = await post(call("InitiateAuth", { AuthFlow: "USER_SRP_AUTH", ClientId: clientId, AuthParameters }))
    const ChallengeResponses = client.answer(first.ChallengeParameters!, password)
    answers.push(
      call("RespondToAuthChallenge", { ChallengeName: "PASSWORD_VERIFIER", ClientId: clientId, ChallengeResponses }),
    )
  }
  return () => answers.pop()!
}

/** REFRESH_TOKEN_AUTH with one token. */
export async function refresh(target: SignInTarget): Promise<Load> {
  const { AuthenticationResult } = await post(passwordSignIn(target))
  return callOf(target.url)("InitiateAuth", {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    ClientId: target.clientId,
    AuthParameters: { REFRESH_TOKEN: AuthenticationResult!.RefreshToken },
  })
}

const signAsync = promisify(sign)
const AT_ONCE = 16
/** About as long as a token without its signature. */
const TOKEN = Buffer.alloc(900, "a")

/**
 * The floor of a sign-in and of a refresh: the two signatures of their tokens, in this process and as the server makes them,
 * both at once on the threads that `node:crypto` has for it.
 */
async function measureSignatures(count: number, keys: readonly KeyObject[]): Promise<Measured> {
  const both = () => Promise.all(keys.map((key) => signAsync("RSA-SHA256", TOKEN, key)))
  const [cpuBefore, before] = [process.cpuUsage(), performance.now()]
  for (let done = 0; done < count; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, both))
  const [{ user, system }, seconds] = [process.cpuUsage(cpuBefore), (performance.now() - before) / 1000]
  return { requestsPerSecond: count / seconds, cpuMicrosecondsPerRequest: (user + system) / count }
}

const ROUNDS = 5
/** V8 still compiles what a sign-in runs after thousands of them, on threads whose time is the process's. */
const WARM_UP = 20_000

/** The signatures alone, sign-ins by password and refreshes. */
export async function measureSignIns(
  hallpass: Measurable,
  target: SignInTarget,
): Promise<[signatures: Measured, byPassword: Measured, refreshed: Measured]> {
  const keys = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)
  const ways = [passwordSignIn(target), await refresh(target)]
  for (const load of ways) await measureOn(hallpass, 0, load, WARM_UP)
  const measured = await measureByTurns(ROUNDS, [
    () => measureSignatures(800, keys),
    ...ways.map((load) => () => measureOn(hallpass, 1_000, load, 100)),
  ])
  return measured as [Measured, Measured, Measured]
}
