import { compileAwsJson } from "./aws-json.ts"
import { compileAwsQuery } from "./aws-query.ts"
import type { HttpRequest, HttpResponse } from "./http.ts"
import type { Protocol, ResponseMeta, WireOptions } from "./options.ts"
import type { Parameters } from "./parameters.ts"
import { compileRest } from "./rest.ts"
import { type OperationShape, operationShape } from "./schema.ts"

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
  /** Throws WireError with AWS's code and text for whatever a caller may send. */
  decode(request: HttpRequest, parameters?: Parameters): Record<string, unknown>
  encode(output: object | undefined, meta: ResponseMeta): HttpResponse
}

/** A command class of an AWS SDK client, as far as the wire needs it. */
export type CommandWithSchema = new (input: never) => object

export function compileCodec(
  protocol: Protocol,
  Command: CommandWithSchema,
  options: WireOptions = {},
): OperationCodec {
  return compileOperation(protocol, operationShape(Command), options)
}

export function compileOperation(protocol: Protocol, operation: OperationShape, options: WireOptions): OperationCodec {
  switch (protocol) {
    case "awsJson1_0":
    case "awsJson1_1":
      return compileAwsJson(protocol, operation, options)
    case "awsQuery":
      return compileAwsQuery(operation, options)
    case "restJson1":
    case "restXml":
      return compileRest(protocol, operation, options)
  }
}
