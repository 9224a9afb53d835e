import { compileAwsJson } from "./aws-json.ts"
import { compileAwsQuery } from "./aws-query.ts"
import type { OperationCodec } from "./operation-codec.ts"
import type { Protocol, WireOptions } from "./options.ts"
import { compileRest } from "./rest.ts"
import { type CommandWithSchema, type OperationShape, operationShape } from "./schema.ts"

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
