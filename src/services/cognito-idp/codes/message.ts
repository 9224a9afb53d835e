/** A mail or text as it would have gone out. It stands in the outbox, sealed, until somebody clears it. */
export interface Message {
  id: string
  /** Milliseconds since the epoch. */
  time: number
  medium: "EMAIL" | "SMS"
  destination: string
  /** Of mails alone. */
  subject?: string
  body: string
  /** The code or temporary password in the body. */
  code: string
  userPoolId: string
  username: string
}
