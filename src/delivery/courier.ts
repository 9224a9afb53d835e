/** A mail as it goes out. */
export interface Mail {
  /** The same at every try, so that one that comes twice is known again. */
  id: string
  to: string
  /** Where the operator's own is not to be used. */
  from?: string | undefined
  replyTo?: string | undefined
  subject: string
  html: string
  text: string
}

/** A text for a telephone. */
export interface Text {
  id: string
  /** E.164. */
  to: string
  body: string
  /** What whoever sends it may want to know: the pool, and its settings for texts. */
  details: Readonly<Record<string, unknown>>
}

/** It was not taken. */
export class UndeliveredError extends Error {
  override name = "UndeliveredError"
  /** Whether it may be taken later. */
  readonly isTemporary: boolean

  constructor(message: string, isTemporary: boolean) {
    super(message)
    this.isTemporary = isTemporary
  }
}

/** Takes messages out of the house, by the ways that the operator has named. Throws UndeliveredError and nothing else. */
export interface Courier {
  /** Absent where no mail goes out. */
  sendMail?(mail: Mail): Promise<void>
  /** Absent where no text goes out. */
  sendText?(text: Text): Promise<void>
  close(): void
}
