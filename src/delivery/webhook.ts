import { createHmac } from "node:crypto"
import type { Clock } from "../base/clock.ts"
import type { Outgoing, UnreachableError } from "../base/outgoing.ts"
import { type Courier, UndeliveredError } from "./courier.ts"

export interface WebhookSettings {
  url: string
  /** What each request is signed with. */
  secret: string
}

/** Answers that may be others later: too early, too many, and whatever is wrong at the other end. */
const isTemporary = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500

/**
 * Texts by a POST of JSON to an address that the operator has named. `Hallpass-Signature: t=<seconds>,v1=<hex>` is the
 * HMAC-SHA256 of `<seconds>.<body>` under the shared secret: whoever takes it can tell whose it is, and when it was made.
 */
export function createWebhook(
  { url, secret }: WebhookSettings,
  { clock, outgoing }: { clock: Clock; outgoing: Outgoing },
): Required<Pick<Courier, "sendText">> {
  return {
    async sendText({ id, to, body: text, details }) {
      const body = JSON.stringify({ id, to, body: text, ...details })
      const seconds = Math.floor(clock.now() / 1000)
      const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")
      const { status } = await outgoing(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "hallpass-signature": `t=${seconds},v1=${signature}`,
          "idempotency-key": id,
        },
        body,
      }).catch((error: UnreachableError) => {
        throw new UndeliveredError(error.message, true)
      })
      if (status < 200 || status >= 300)
        throw new UndeliveredError(`the webhook answered ${status}`, isTemporary(status))
    },
  }
}
