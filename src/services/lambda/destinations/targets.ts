import { parseArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import { destinationInvalid, invalidParameter } from "../errors.ts"
import { findFunction } from "../functions/find.ts"

/** What results can be sent to, by the service of an ARN: the endpoints that an operator may name, and functions. */
export type TargetService = "lambda" | "sqs" | "sns" | "events"

export function serviceOf(arn: string): TargetService | undefined {
  const service = parseArn(arn)?.service
  return service === "lambda" || service === "sqs" || service === "sns" || service === "events" ? service : undefined
}

/**
 * Throws what is wrong with a place that results would be sent to: nothing is configured that would silently be lost. A
 * bucket is none of them yet.
 */
export async function assertDeliverable(
  arn: string,
  services: readonly TargetService[],
  { store, serviceEndpoints }: Pick<CallContext, "store" | "serviceEndpoints">,
): Promise<void> {
  const service = serviceOf(arn)
  const parsed = parseArn(arn)
  if (parsed?.service === "s3")
    throw invalidParameter(`Hallpass does not deliver to buckets yet, so that ${arn} cannot be a destination.`)
  if (service === undefined || !parsed || !services.includes(service)) throw destinationInvalid(arn)
  if (service === "lambda") {
    const [, name = ""] = parsed.resource.split(":")
    const { account, region } = parsed
    if (!(await findFunction(store, { account, region, name }))) throw destinationInvalid(arn)
    return
  }
  if (!Object.hasOwn(serviceEndpoints, service))
    throw invalidParameter(
      `Hallpass has no ${service} of its own, and was not told where one is, so that ${arn} would get nothing. Start it with --service-endpoint ${service}=URL.`,
    )
}
