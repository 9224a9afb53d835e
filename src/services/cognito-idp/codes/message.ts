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
  /** Where it goes out; absent where it stays in the outbox alone. */
  delivery?: DeliveryState
}

/** The same with what its way out takes. */
export interface KeptMessage extends Message {
  outgoing?: OutgoingMail | OutgoingText
}

export interface OutgoingMail {
  from: string | undefined
  replyTo: string | undefined
  html: string
}

export interface OutgoingText {
  /** `SmsConfiguration` of the pool. */
  configuration: Readonly<Record<string, unknown>> | undefined
}

/** How far a message has come on its way out. Times are milliseconds since the epoch. */
export interface DeliveryState {
  state: "waiting" | "sent" | "failed"
  /** How often it was tried. */
  attempts: number
  /** Of the last try. */
  at?: number
  /** Why it was not taken then. */
  reason?: string
}
