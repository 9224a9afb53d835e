import type { HttpRequest, HttpResponse } from "./http.ts"
import type { Protocol, ResponseMeta } from "./options.ts"
import type { Parameters } from "./parameters.ts"

/** The two directions of one operation, compiled from its schema. */
export interface OperationCodec {
  readonly name: string
  readonly protocol: Protocol
  /** Of a REST operation: `uri` as the model has it (`/{Key+}?uploads`), `status` of its success. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number }
  /** The member that is handed the request's body as it comes. */
  readonly streamingInput?: string
  /** The member whose value becomes the response's body as it is. */
  readonly streamingOutput?: string
  /**
   * Of a REST operation: its input without what its body holds, before that is here. Whoever asks for a member that the
   * body may hold gets BODY_NEEDED thrown at them.
   */
  decodeHead?(request: HttpRequest, parameters?: Parameters): Record<string, unknown>
  /** Of a REST operation: the headers that a client would send with an input, for one that comes without the wire. */
  headOf?(input: Readonly<Record<string, unknown>>): Record<string, string>
  /** Throws WireError with AWS's code and text for whatever a caller may send. */
  decode(request: HttpRequest, parameters?: Parameters): Record<string, unknown>
  encode(output: object | undefined, meta: ResponseMeta): HttpResponse
}
