import type { OwnWords } from "../triggers/custom-message.ts"
import type { UserPool } from "../user-pools/record.ts"

/** Why somebody is written to: each has templates of its own. */
export type Occasion = "verification" | "invitation" | "mfa"

export interface Words {
  subject: string
  body: string
}

const CODE = "{####}"
// Source: "Configuring verification and invitation messages", default messages.
const VERIFICATION: Words = { subject: "Your verification code", body: `Your confirmation code is ${CODE}` }
const INVITATION: Words = {
  subject: "Your temporary password",
  body: `Your username is {username} and temporary password is ${CODE}.`,
}
const AUTHENTICATION: Words = { subject: "Your authentication code", body: `Your authentication code is ${CODE}` }

/** The words of a message, the pool's or those of its function, with the code and the username in their places. */
export function writeMessage(
  pool: UserPool,
  occasion: Occasion,
  medium: "EMAIL" | "SMS",
  fill: { code: string; username: string; link: string },
  own: OwnWords = {},
): Words {
  const template = templateOf(pool, occasion, medium)
  const subject = own.emailSubject ?? template.subject
  const body = (medium === "EMAIL" ? own.emailMessage : own.smsMessage) ?? template.body
  const fillIn = (text: string): string =>
    text.replace(/\{####\}|\{username\}|\{##((?:[^#]|#(?!#))*)##\}/g, (placeholder, label: string | undefined) =>
      label !== undefined ? `<a href="${fill.link}">${label}</a>` : placeholder === CODE ? fill.code : fill.username,
    )
  return { subject: fillIn(subject), body: fillIn(body) }
}

function templateOf({ settings, mfa }: UserPool, occasion: Occasion, medium: "EMAIL" | "SMS"): Words {
  switch (occasion) {
    case "invitation": {
      const template = settings.AdminCreateUserConfig?.InviteMessageTemplate
      return {
        subject: template?.EmailSubject ?? INVITATION.subject,
        body: (medium === "EMAIL" ? template?.EmailMessage : template?.SMSMessage) ?? INVITATION.body,
      }
    }
    case "mfa":
      return {
        subject: mfa.EmailMfaConfiguration?.Subject ?? AUTHENTICATION.subject,
        body:
          (medium === "EMAIL" ? mfa.EmailMfaConfiguration?.Message : settings.SmsAuthenticationMessage) ??
          AUTHENTICATION.body,
      }
    case "verification": {
      const template = settings.VerificationMessageTemplate
      if (medium === "SMS") return { subject: "", body: template?.SmsMessage ?? VERIFICATION.body }
      if (template?.DefaultEmailOption === "CONFIRM_WITH_LINK")
        return {
          subject: template.EmailSubjectByLink ?? "Your verification link",
          body:
            template.EmailMessageByLink ??
            "Please click the link below to verify your email address. {##Verify Email##}",
        }
      return {
        subject: template?.EmailSubject ?? VERIFICATION.subject,
        body: template?.EmailMessage ?? VERIFICATION.body,
      }
    }
  }
}
