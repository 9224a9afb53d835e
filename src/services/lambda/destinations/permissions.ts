import type { CallContext } from "../../../call.ts"
import type { FunctionName } from "../arns.ts"
import { missingPermission } from "../errors.ts"
import { executionActor } from "../invocations/runnable-function.ts"
import { assertBucketTakes } from "./buckets.ts"
import { assertDeliverable, type Elsewhere, serviceOf } from "./targets.ts"

/** Names as AWS writes them in what it says of permissions. */
const PERMISSIONS: Readonly<Record<Elsewhere, { action: string; words: string }>> = {
  sqs: { action: "sqs:SendMessage", words: "SendMessage on SQS" },
  sns: { action: "sns:Publish", words: "Publish on SNS" },
  events: { action: "events:PutEvents", words: "PutEvents on EventBridge" },
}

/** A function's role must be allowed to send to a queue, a topic, a bus or a bucket before it is configured to. */
export async function assertMaySend(
  arn: string,
  name: FunctionName,
  role: string,
  { peers }: Pick<CallContext, "peers">,
): Promise<void> {
  const service = serviceOf(arn)
  if (service === undefined || service === "lambda") return
  if (service === "s3") return assertBucketTakes(arn, executionActor(name, role), peers)
  const { action, words } = PERMISSIONS[service]
  if (!(await peers.mayAct(executionActor(name, role), { action, resource: arn }))) throw missingPermission(words)
}

/** Of a function's `DeadLetterConfig`: a queue or a topic (API Reference, DeadLetterConfig). */
export async function assertDeadLetters(
  arn: string | undefined,
  name: FunctionName,
  role: string,
  context: CallContext,
): Promise<void> {
  if (!arn) return
  await assertDeliverable(arn, ["sqs", "sns"], context)
  await assertMaySend(arn, name, role, context)
}
