import { type DataKey, encryptMessage } from "../../../base/encrypted-message.ts"
import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { done, type Workers } from "../../../work/job.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { attributesOf, createEvent, type Occasion } from "./event.ts"
import { encryptionContextOf, makeDataKey } from "./sender-key.ts"

/** The functions that send messages instead of the pool: what LambdaConfig and the events call them. */
const SENDERS = {
  EMAIL: { trigger: "CustomEmailSender", type: "customEmailSenderRequestV1" },
  SMS: { trigger: "CustomSMSSender", type: "customSMSSenderRequestV1" },
} as const

/** A message that a function is to send, without its code. */
export interface Sender {
  arn: string
  /** The event has no `response`: nobody waits for what the function answers. */
  event: Record<string, unknown>
  /** A password in a mail is text of a page. Source: "Custom email sender Lambda trigger". */
  escapes: boolean
  /** What the code is encrypted under; the functions of a test have no key where the pool has none. */
  dataKey: DataKey | undefined
}

/** The ARN of the function that sends a pool's messages. */
export function findSender(
  { peers }: Pick<Deps, "peers">,
  pool: UserPool,
  medium: "EMAIL" | "SMS",
): string | undefined {
  const { trigger } = SENDERS[medium]
  return pool.settings.LambdaConfig?.[trigger]?.LambdaArn ?? peers.findStandIn("cognito-idp", trigger)?.arn
}

export async function prepareSender(
  occasion: Occasion,
  medium: "EMAIL" | "SMS",
  reason: string,
  arn: string,
  user: User,
): Promise<Sender> {
  const { deps, pool } = occasion
  const { trigger, type } = SENDERS[medium]
  const request = {
    type,
    code: null,
    clientMetadata: occasion.clientMetadata ?? null,
    userAttributes: attributesOf(pool, user),
  }
  const source = `${trigger}_${reason}`
  const event = createEvent(occasion, { source, userName: user.username, request })
  const key = pool.settings.LambdaConfig?.KMSKeyID
  const dataKey = key === undefined ? undefined : await makeDataKey(deps, pool, key, source)
  return { arn, event, escapes: reason === "AdminCreateUser", dataKey }
}

const PURPOSE = "cognito-idp.custom-sender"
const KIND = "cognito-idp:send-by-function"

interface Letter {
  arn: string
  event: unknown
  sourceArn: string
  sourceAccount: string
}

/**
 * Hands a message to its function when the transaction is committed; it is not lost meanwhile. The code is a message of the
 * AWS Encryption SDK in base64. The functions of a test, in a pool that has no key, are told it in `plainCode`, which AWS does
 * not have; `code` is null then.
 */
export async function sendByFunction(
  tx: Writing,
  { masterKey, work }: Pick<Deps, "masterKey" | "work">,
  pool: UserPool,
  { arn, event, escapes, dataKey }: Sender,
  code: string,
): Promise<void> {
  const text = escapes ? escapeText(code) : code
  const told = dataKey
    ? { code: encryptMessage(text, dataKey, encryptionContextOf(pool)).toString("base64") }
    : { plainCode: text }
  const request = { ...(event.request as object), ...told }
  const letter: Letter = { arn, event: { ...event, request }, sourceArn: pool.arn, sourceAccount: pool.account }
  const body = seal(masterKey, PURPOSE, JSON.stringify(letter)).toString("base64")
  await work.enqueue(tx, { kind: KIND, key: randomUUID(), body })
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}
const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!)

const openLetter = (masterKey: MasterKey, body: unknown): Letter =>
  JSON.parse(open(masterKey, PURPOSE, Buffer.from(String(body), "base64")).toString()) as Letter

/** A function that cannot be reached sends nothing, and nobody is told but whoever asks `hallpass explain`. */
export const sending: Workers<Pick<Deps, "masterKey" | "peers">> = {
  [KIND]: {
    async run({ body }, { masterKey, peers }) {
      const { arn, event, sourceArn, sourceAccount } = openLetter(masterKey, body)
      await peers.send({
        arn,
        from: { principal: "cognito-idp.amazonaws.com", sourceArn, sourceAccount },
        payload: Buffer.from(JSON.stringify(event)),
        awaits: "acceptance",
      })
      return done
    },
  },
}
