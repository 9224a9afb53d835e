import { compileAwsJson } from "./aws-json.ts"
import { compileAwsQuery } from "./aws-query.ts"
import { type BodyLimits, GENEROUS_LIMITS } from "./limits.ts"
import type { OperationCodec } from "./operation-codec.ts"
import type { Protocol, WireOptions } from "./options.ts"
import { compileRest } from "./rest.ts"
import { type CommandWithSchema, type OperationShape, operationShape } from "./schema.ts"

export function compileCodec(
  protocol: Protocol,
  Command: CommandWithSchema,
  options: WireOptions = {},
  limits: BodyLimits = GENEROUS_LIMITS,
): OperationCodec {
  return compileOperation(protocol, operationShape(Command), options, limits)
}

export function compileOperation(
  protocol: Protocol,
  operation: OperationShape,
  options: WireOptions,
  limits: BodyLimits = GENEROUS_LIMITS,
): OperationCodec {
  switch (protocol) {
    case "awsJson1_0":
    case "awsJson1_1":
      return compileAwsJson(protocol, operation, options, limits)
    case "awsQuery":
      return compileAwsQuery(operation, options, limits)
    case "restJson1":
    case "restXml":
      return compileRest(protocol, operation, options, limits)
  }
}
