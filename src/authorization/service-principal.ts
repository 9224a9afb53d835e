import type { Sender } from "../peers.ts"
import type { ContextValue } from "../policy/index.ts"

/**
 * The global condition keys of what a service does by itself, in the name of one of its resources (IAM User Guide, "AWS
 * global condition context keys", of service principals).
 */
export function servicePrincipalContext(
  { principal, sourceArn, sourceAccount }: Sender,
  now: number,
): Record<string, ContextValue | undefined> {
  return {
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": "true",
    "aws:PrincipalServiceName": principal,
    "aws:PrincipalServiceNamesList": [principal],
    "aws:ViaAWSService": "false",
    "aws:SourceArn": sourceArn,
    "aws:SourceAccount": sourceAccount,
  }
}
