import { parseArn } from "../../../base/arn.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Actor, Peers, ServiceAnswer } from "../../../peers.ts"
import type { DueDelivery, Event } from "../asynchronous/event.ts"
import { destinationInvalid, missingPermission } from "../errors.ts"
import { actAsRole } from "../functions/execution-role.ts"

/** `bucket` of `arn:aws:s3:::bucket`. */
const bucketOf = (arn: string): string => parseArn(arn)?.resource ?? ""

/**
 * A bucket gets results where the function's role may list it and write to all of it (Developer Guide, "Capturing records of
 * Lambda asynchronous invocations"). UNVERIFIED: the words where there is no such bucket.
 */
export async function assertBucketTakes(arn: string, actor: Actor, peers: Peers): Promise<void> {
  const input = { Bucket: bucketOf(arn) }
  const found = await peers.call({ service: "s3", operation: "HeadBucket", input, as: actAsRole(actor) })
  if (found.is === "refused")
    throw found.status === 403 ? missingPermission("ListBucket on S3") : destinationInvalid(arn)
  const mayWrite = await peers.mayAct(actor, { action: "s3:PutObject", resource: `${arn}/*` })
  if (!mayWrite) throw missingPermission("PutObject on S3")
}

/** Where a result goes, in UTC: `aws/lambda/async/f/2026/01/31/2026-01-31T10.20.30-<UUID>` (the same page). */
export function objectKey({ event, now }: { event: Pick<Event, "name">; now: number }): string {
  const [day = "", time = ""] = new Date(now).toISOString().split(/[T.]/)
  return `aws/lambda/async/${event.name}/${day.replaceAll("-", "/")}/${day}T${time.replaceAll(":", ".")}-${randomUUID()}`
}

/** UNVERIFIED: the content type. */
export const putRecord = (
  { to, objectKey: Key, message }: DueDelivery,
  actor: Actor,
  peers: Peers,
): Promise<ServiceAnswer> =>
  peers.call({
    service: "s3",
    operation: "PutObject",
    input: { Bucket: bucketOf(to), Key, Body: Buffer.from(message), ContentType: "application/json" },
    as: actAsRole(actor),
  })
