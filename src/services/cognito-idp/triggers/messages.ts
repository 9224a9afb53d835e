import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { type OwnWords, readWords } from "./custom-message.ts"
import { attributesOf, clientMetadataOf, type Occasion } from "./event.ts"
import { isAsked, runTrigger } from "./run.ts"
import { findSender, prepareSender, type Sender } from "./senders.ts"

/** Why a message is written, as triggers are told behind `CustomMessage_`, `CustomEmailSender_` and `CustomSMSSender_`. */
export type MessageReason =
  | "SignUp"
  | "AdminCreateUser"
  | "ResendCode"
  | "ForgotPassword"
  | "UpdateUserAttribute"
  | "VerifyUserAttribute"
  | "Authentication"

export type Medium = "EMAIL" | "SMS"

/** What the pool's functions make of a message: words in the place of the pool's own, or the whole of its sending. */
export interface Prepared {
  words?: OwnWords
  senders: Partial<Record<Medium, Sender>>
}

const NOTHING: Prepared = { senders: {} }

/**
 * Asks the pool's functions about a message before there is a transaction that sends it. Who sends a message by a function of
 * its own is not asked for its words: UNVERIFIED.
 */
export async function prepareMessage(
  occasion: Occasion,
  reason: MessageReason,
  user: User,
  media: readonly Medium[],
): Promise<Prepared> {
  const { deps, pool } = occasion
  if (media.length === 0) return NOTHING
  const senders: Prepared["senders"] = {}
  for (const medium of media) {
    const arn = findSender(deps, pool, medium)
    if (arn !== undefined) senders[medium] = await prepareSender(occasion, medium, reason, arn, user)
  }
  if (media.every((medium) => senders[medium]) || !isAsked(occasion, "CustomMessage")) return { senders }
  return { senders, words: await askCustomMessage(occasion, reason, user) }
}

/** CustomMessage: may write the message. Source: "Custom message Lambda trigger". */
async function askCustomMessage(occasion: Occasion, reason: MessageReason, user: User): Promise<OwnWords> {
  const { pool } = occasion
  const source = `CustomMessage_${reason}`
  const answer = await runTrigger(occasion, "CustomMessage", {
    source,
    userName: user.username,
    request: {
      userAttributes: attributesOf(pool, user),
      codeParameter: "{####}",
      linkParameter: "{##Click Here##}",
      // Recorded: of AdminCreateUser alone.
      usernameParameter: reason === "AdminCreateUser" ? "{username}" : null,
      ...clientMetadataOf(occasion),
    },
  })
  return readWords(answer ?? {}, { source, namesUser: reason === "AdminCreateUser", ...mailOf(pool) })
}

const mailOf = ({ settings }: UserPool) => ({
  hasOwnMail: settings.EmailConfiguration?.EmailSendingAccount === "DEVELOPER",
  sendsLinks: settings.VerificationMessageTemplate?.DefaultEmailOption === "CONFIRM_WITH_LINK",
})
