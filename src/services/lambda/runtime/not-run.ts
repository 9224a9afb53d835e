import type { Ending } from "./runtime.ts"

type Reason = Extract<Ending, { is: "notRun" }>["reason"]

/** Why a function cannot be run here and now. The message is for who called it. */
export class NotRun extends Error {
  override name = "NotRun"
  readonly reason: Reason

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
