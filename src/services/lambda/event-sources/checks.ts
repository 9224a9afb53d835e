import type { CreateEventSourceMappingRequest } from "@aws-sdk/client-lambda"
import type { CallContext } from "../../../call.ts"
import { assertMaySend } from "../destinations/permissions.ts"
import { assertDeliverable } from "../destinations/targets.ts"
import type { Addressed } from "../functions/name.ts"
import type { Target } from "../functions/runnable.ts"
import { executionActor } from "../invocations/runnable-function.ts"
import { find } from "../invocations/target.ts"
import { cannotAccess, functionDoesNotExist, sourceNotFound } from "./errors.ts"
import type { EventSource } from "./source.ts"

/** The version that a mapping would invoke. Throws where there is none. */
export async function getReader(address: Addressed, context: CallContext): Promise<Target> {
  const target = await find(context, address)
  if (!target) throw functionDoesNotExist()
  return target
}

const roleOf = ({ body }: Target): string => body.configuration.Role!

/** Throws where the function's role may not read from the source, or there is none. Of queues there is none on this server. */
export async function assertReadable(source: EventSource, reader: Target, { peers }: CallContext): Promise<void> {
  if (source.kind === "sqs") throw sourceNotFound(source)
  const opening = await peers.openLog(source.arn, executionActor(reader.record, roleOf(reader)))
  if (opening.is === "missing") throw sourceNotFound(source)
  if (opening.is === "denied") throw cannotAccess(source, { role: roleOf(reader), action: opening.requirement.action })
}

/** What of its failures a mapping would send somewhere has to be sendable, as the function's role. */
export async function assertDestination(
  { DestinationConfig }: Pick<CreateEventSourceMappingRequest, "DestinationConfig">,
  reader: Target,
  context: CallContext,
): Promise<void> {
  const to = DestinationConfig?.OnFailure?.Destination
  if (!to) return
  // API Reference, OnFailure: "an Amazon SQS queue, Amazon SNS topic, Kafka topic or Amazon S3 bucket".
  await assertDeliverable(to, ["sqs", "sns", "s3"], context)
  await assertMaySend(to, reader.record, roleOf(reader), context)
}
