import { ConfigError } from "./config-error.ts"
import type { DeliverySettings } from "./delivery/create-courier.ts"
import { parseMailbox } from "./delivery/smtp.ts"

interface Flags {
  "smtp-url"?: string
  "mail-from"?: string
  "sms-webhook"?: string
}

/** How messages leave the house. What a URL holds is not told: it may be a password. */
export function readDelivery(values: Flags, environment: NodeJS.ProcessEnv): DeliverySettings {
  return { smtp: readSmtp(values, environment), smsWebhook: readSmsWebhook(values, environment) }
}

function readSmtp(values: Flags, environment: NodeJS.ProcessEnv): DeliverySettings["smtp"] {
  const url = values["smtp-url"] ?? (environment.HALLPASS_SMTP_URL || undefined)
  const from = values["mail-from"]
  if (url === undefined) {
    if (from !== undefined) throw new ConfigError("--mail-from needs --smtp-url: without it no mail goes out.")
    return undefined
  }
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol) || !new URL(url).hostname)
    throw new ConfigError(
      "--smtp-url must be as smtp://mail.example.com:587 or smtps://user:password@mail.example.com.",
    )
  if (from === undefined) throw new ConfigError("--smtp-url needs --mail-from, as in 'Example <no-reply@example.com>'.")
  if (!parseMailbox(from))
    throw new ConfigError(`--mail-from '${from}' is not an address, as in 'Example <no-reply@example.com>'.`)
  return { url, from }
}

function readSmsWebhook(values: Flags, environment: NodeJS.ProcessEnv): DeliverySettings["smsWebhook"] {
  const url = values["sms-webhook"]
  if (url === undefined) return undefined
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new ConfigError("--sms-webhook is not an http or https URL.")
  const secret = environment.HALLPASS_SMS_WEBHOOK_SECRET || undefined
  if (secret === undefined || secret.length < 16)
    throw new ConfigError(
      "--sms-webhook needs HALLPASS_SMS_WEBHOOK_SECRET, of at least 16 characters: requests are signed with it.",
    )
  return { url, secret }
}
