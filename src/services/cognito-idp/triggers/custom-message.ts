import { invalidParameter } from "../errors.ts"
import { unrecognizableAnswer } from "./errors.ts"
import type { Answers } from "./table.ts"

/** Words of a function; what it says nothing of is the pool's own. */
export interface OwnWords {
  emailSubject?: string
  emailMessage?: string
  smsMessage?: string
}

export interface WordsWanted {
  /** `CustomMessage_SignUp` */
  source: string
  /** An invitation tells the username, too. */
  namesUser: boolean
  /** Only who sends from an address of their own writes mails of their own. Source: "Custom message Lambda trigger". */
  hasOwnMail: boolean
  sendsLinks: boolean
}

const CODE = "{####}"
const LINK = /\{##(?:[^#]|#(?!#))*##\}/
const CHARACTERS = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*"

/** What each text is called in the refusal, and how long it may be. Source: the same page; UNVERIFIED: the name of the SMS. */
const TEXTS = {
  emailMessage: { name: "emailBody", length: 20_000 },
  smsMessage: { name: "smsMessage", length: 140 },
} as const

/** The words of an answer, where they can be sent. */
export function readWords(answer: Answers["CustomMessage"], wanted: WordsWanted): OwnWords {
  const { smsMessage, emailMessage, emailSubject } = answer
  if (!wanted.hasOwnMail && (emailMessage != null || emailSubject != null))
    throw unrecognizableAnswer(
      "CustomMessage",
      wanted.source,
      "it wrote a mail, which a pool whose EmailSendingAccount is not DEVELOPER does not send",
      "EmailConfiguration={EmailSendingAccount=DEVELOPER,SourceArn=ARN_OF_AN_SES_IDENTITY}",
    )
  if (emailMessage != null) assertText("emailMessage", emailMessage, wanted)
  if (smsMessage != null) assertText("smsMessage", smsMessage, wanted)
  return {
    ...(smsMessage != null && { smsMessage }),
    ...(emailMessage != null && { emailMessage }),
    ...(emailSubject != null && { emailSubject }),
  }
}

function assertText(which: keyof typeof TEXTS, text: string, { namesUser, sendsLinks }: WordsWanted): void {
  const { name, length } = TEXTS[which]
  // Reported in amazon-cognito-identity-js issue 521. UNVERIFIED code.
  if (text === "") throw invalidParameter("The message is empty.")
  if ([...text].length > length) throw failed(name, `Member must have length less than or equal to ${length}`)
  const isComplete = text.includes(CODE) || (sendsLinks && which === "emailMessage" && LINK.test(text))
  // The text is in amazon-cognito-identity-js issue 99.
  if (!isComplete)
    throw failed(name, `Member must satisfy regular expression pattern: ${CHARACTERS}\\{####\\}${CHARACTERS}`)
  if (namesUser && !text.includes("{username}"))
    throw failed(name, `Member must satisfy regular expression pattern: ${CHARACTERS}\\{username\\}${CHARACTERS}`) // UNVERIFIED text
}

const failed = (name: string, constraint: string) =>
  invalidParameter(`1 validation error detected: Value at '${name}' failed to satisfy constraint: ${constraint}`)
