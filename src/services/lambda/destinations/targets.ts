import { parseArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import { destinationInvalid, invalidParameter } from "../errors.ts"
import { findFunction } from "../functions/find.ts"

/** What results can be sent to, by the service of an ARN: functions and buckets, and what an operator may name endpoints of. */
export type TargetService = "lambda" | "s3" | Elsewhere
export type Elsewhere = "sqs" | "sns" | "events"

const SERVICES: readonly string[] = ["lambda", "s3", "sqs", "sns", "events"] satisfies TargetService[]

export function serviceOf(arn: string): TargetService | undefined {
  const service = parseArn(arn)?.service
  return service !== undefined && SERVICES.includes(service) ? (service as TargetService) : undefined
}

/**
 * Throws what is wrong with a place that results would be sent to: nothing is configured that would silently be lost. Whether
 * a bucket is there is asked as the role that would write to it.
 */
export async function assertDeliverable(
  arn: string,
  services: readonly TargetService[],
  { store, serviceEndpoints }: Pick<CallContext, "store" | "serviceEndpoints">,
): Promise<void> {
  const service = serviceOf(arn)
  const parsed = parseArn(arn)
  if (service === undefined || !parsed || !services.includes(service)) throw destinationInvalid(arn)
  if (service === "s3") return
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
