import type { Deps } from "../../call.ts"
import type { Delivery } from "../../peers.ts"
import type { Receiver } from "../../service.ts"
import { WireError } from "../../wire/errors.ts"
import { parseStreamArn } from "./arns.ts"
import { keySenderOf } from "./records/encryption.ts"
import { putOne } from "./records/put-one.ts"

/** What a service of this server delivers to a stream, as JSON: one record. */
export interface DeliveredRecord {
  PartitionKey: string
  /** Base64. */
  Data: string
}

/** Streams take one record a delivery; the answer is that of PutRecord. */
export const receiver: Receiver = {
  isReceiver: (arn) => parseStreamArn(arn) !== undefined,
  action: "kinesis:PutRecord",
  async receive(delivery, deps) {
    try {
      return { is: "answered", payload: Buffer.from(JSON.stringify(await put(delivery, deps))) }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return { is: "refused", code: error.code, message: error.message }
    }
  },
}

function put({ arn, from, payload }: Delivery, deps: Deps) {
  const name = parseStreamArn(arn)!
  const { PartitionKey, Data } = JSON.parse(Buffer.from(payload).toString("utf8")) as DeliveredRecord
  const record = { PartitionKey, Data: Buffer.from(Data, "base64") }
  return putOne(deps, name, record, () => keySenderOf(deps, from, name.region))
}
