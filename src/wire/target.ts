/** `X-Amz-Target: DynamoDB_20120810.GetItem`: the prefix names the service, the rest the operation. */
export interface JsonTarget {
  prefix: string
  operation: string
}

/** Undefined where the header has not that form: UnknownOperationException. */
export function parseTarget(header: string | undefined): JsonTarget | undefined {
  const dot = header?.lastIndexOf(".") ?? -1
  if (header === undefined || dot <= 0 || dot === header.length - 1) return undefined
  return { prefix: header.slice(0, dot), operation: header.slice(dot + 1) }
}
