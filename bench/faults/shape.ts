/** One request of somebody who has no key, made to cost as much as it can. */
export interface Shape {
  name: string
  method: string
  path: string
  headers: Record<string, string>
  /** The body of about so many bytes. */
  body(bytes: number): Buffer
  /** Sent as HTTP chunks of so many bytes; with a Content-Length where not given. */
  httpChunkBytes?: number
  /** The most bytes that the operation takes, so that it is tried just below that as well. */
  limitBytes: number
}
