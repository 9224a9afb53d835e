/** An event that was accepted and has not been dealt with: the body of its job, whose key is the request id. */
export interface Event {
  account: string
  region: string
  name: string
  /** As it was addressed; undefined where it was by the bare name. */
  qualifier?: string
  /** Of the function as it was then: one that was deleted and made anew gets none of its events. */
  functionId: string
  requestId: string
  traceId: string
  /** JSON. */
  payload: string
  /** Milliseconds since the epoch. */
  acceptedAt: number
  /** How often the function was run for it. */
  attempts: number
  /** How often it could not be run, or its result not delivered, one after the other. */
  throttles: number
  /** What is still to be delivered of how it ended; the function is not run any more. */
  deliveries?: readonly DueDelivery[]
}

/** A result on its way to where the function's configuration sends it. */
export interface DueDelivery {
  /** Of a function, a queue, a topic, a bus, a bucket. */
  to: string
  /** Of the object that a bucket gets. */
  objectKey?: string
  /** The text that is sent, JSON. */
  message: string
  /** Beside the text, of dead letters. */
  attributes?: Readonly<Record<string, { type: "String" | "Number"; value: string }>>
  /** What EventBridge is told beside the text. */
  detailType?: string
  functionArn?: string
}

export const EVENT = "lambda:event"
