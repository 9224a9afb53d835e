import type { Clock } from "../base/clock.ts"
import { createOutgoing } from "../base/outgoing.ts"
import type { Courier } from "./courier.ts"
import { createSmtp, type SmtpSettings } from "./smtp.ts"
import { createWebhook, type WebhookSettings } from "./webhook.ts"

/** What the operator has named for messages to leave the house by. */
export interface DeliverySettings {
  smtp: SmtpSettings | undefined
  smsWebhook: WebhookSettings | undefined
}

const PATIENCE_MILLISECONDS = 10_000

export function createCourier({ smtp, smsWebhook }: DeliverySettings, clock: Clock): Courier {
  const mails = smtp && createSmtp(smtp)
  // The operator named the place, wherever it is.
  const outgoing = createOutgoing({ reachOf: () => "anywhere", timeoutMilliseconds: PATIENCE_MILLISECONDS })
  const texts = smsWebhook && createWebhook(smsWebhook, { clock, outgoing })
  return {
    ...(mails && { sendMail: mails.sendMail }),
    ...(texts && { sendText: texts.sendText }),
    close: () => mails?.close(),
  }
}
