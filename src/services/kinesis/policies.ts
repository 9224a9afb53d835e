import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-kinesis"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { validate } from "../../policy/index.ts"
import { onOwnResource, ownResourceOf, type Resource } from "./access.ts"
import { changeConsumer, getConsumer } from "./consumers/record.ts"
import { invalidArgument } from "./errors.ts"
import { getStream } from "./streams/record.ts"
import { changeAtOnce } from "./streams/settings.ts"

/** Recorded 2025-08 of a stream that has none. */
const NO_POLICY = "{}"
/** Developer Guide, "Sharing your data stream with another account". */
const MAXIMUM_BYTES = 20 * 1024

const withPolicy = <T extends { policy?: string }>({ policy: _, ...rest }: T, policy: string | undefined): T =>
  ({ ...rest, ...(policy !== undefined && { policy }) }) as T

async function setPolicy(context: CallContext, resource: Resource, policy: string | undefined): Promise<void> {
  if (resource.is === "stream") await changeAtOnce(context, resource.stream, (record) => withPolicy(record, policy))
  else await changeConsumer(context.store, resource, (consumer) => withPolicy(consumer, policy))
}

export const PutResourcePolicy = operation(PutResourcePolicyCommand, {
  access: onOwnResource,
  async handle(input, context) {
    const resource = ownResourceOf(input, context)
    // UNVERIFIED: both texts.
    if (Buffer.byteLength(input.Policy) > MAXIMUM_BYTES)
      throw invalidArgument(`Policy has more than ${MAXIMUM_BYTES} bytes.`)
    const fault = validate("resource", input.Policy)
    if (fault) throw invalidArgument(`Invalid policy document: ${fault.message}`)
    await setPolicy(context, resource, input.Policy)
    return {}
  },
})

export const GetResourcePolicy = operation(GetResourcePolicyCommand, {
  access: onOwnResource,
  async handle(input, context) {
    const resource = ownResourceOf(input, context)
    const { policy = NO_POLICY } =
      resource.is === "stream"
        ? (await getStream(context.store, resource.stream)).record
        : await getConsumer(context.store, resource)
    return { Policy: policy }
  },
})

export const DeleteResourcePolicy = operation(DeleteResourcePolicyCommand, {
  access: onOwnResource,
  async handle(input, context) {
    await setPolicy(context, ownResourceOf(input, context), undefined)
    return {}
  },
})
