import type { ChallengeNameType } from "@aws-sdk/client-cognito-identity-provider"
import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomBase64Url } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import type { AppClient } from "../app-clients/record.ts"
import { sessionExpired, sessionInvalid, sessionUsed } from "../errors.ts"

/**
 * What a `Session` seals: a sign-in that waits for the answer to a challenge. Each member has one length, whoever it is
 * about: the length of a session tells its challenge and no more.
 */
export interface Session {
  challenge: ChallengeNameType
  clientId: string
  /** A user's, or what nobody's would be. */
  sub: string
  /** Good once. */
  nonce: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** The sign-in by functions of the pool that it is a step of. */
  custom: string | undefined
  /** What the challenge needs to remember: a hashed code, a sealed secret. */
  state?: string
}

const PURPOSE = "cognito-idp.session"

type SessionDeps = Pick<Deps, "masterKey" | "clock">

/** Source: CreateUserPoolClient, AuthSessionValidity: minutes, 3 where not given. */
export const sessionMilliseconds = ({ settings }: AppClient): number => (settings.AuthSessionValidity ?? 3) * 60_000

export function sealSession(
  { masterKey, clock }: SessionDeps,
  client: AppClient,
  session: Omit<Session, "clientId" | "nonce" | "expiresAt">,
): string {
  const full: Session = {
    ...session,
    clientId: client.id,
    nonce: randomBase64Url(12),
    expiresAt: clock.now() + sessionMilliseconds(client),
  }
  return seal(masterKey, PURPOSE, JSON.stringify(full)).toString("base64")
}

/** The session of a text that this client was given for this challenge and that is in time. */
export function openSession(
  { masterKey, clock }: SessionDeps,
  client: AppClient,
  text: string | undefined,
  ...challenges: Session["challenge"][]
): Session {
  const session = text === undefined ? undefined : parseSession(masterKey, text)
  if (!session || session.clientId !== client.id || !challenges.includes(session.challenge)) throw sessionInvalid()
  if (session.expiresAt <= clock.now()) throw sessionExpired()
  return session
}

export function parseSession(masterKey: MasterKey, text: string): Session | undefined {
  try {
    return JSON.parse(open(masterKey, PURPOSE, Buffer.from(text, "base64")).toString()) as Session
  } catch {
    return undefined
  }
}

/** Throws where the session was used: for answers that are held against what the first one changed. */
export async function assertUnused({ store }: Pick<Deps, "store">, { nonce }: Pick<Session, "nonce">): Promise<void> {
  const used = await store.read((tx) => tx.get("SELECT nonce FROM idp_used_sessions WHERE nonce = $1", nonce))
  if (used) throw sessionUsed()
}

/** Uses a session up; throws where that has been done. */
export async function useNonce(
  tx: Writing,
  { nonce, expiresAt }: Pick<Session, "nonce" | "expiresAt">,
  now: number,
): Promise<void> {
  const inserted = await tx.run(
    "INSERT INTO idp_used_sessions (nonce, expires) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING",
    nonce,
    expiresAt,
  )
  if (inserted === 0) throw sessionUsed()
  await tx.run(
    `DELETE FROM idp_used_sessions WHERE nonce IN
       (SELECT nonce FROM idp_used_sessions WHERE expires < $1 ORDER BY expires LIMIT $2)`,
    now,
    SWEPT_AT_ONCE,
  )
}

/** Each that is used takes some away that are past their time, never all that a rush has left. */
const SWEPT_AT_ONCE = 20
