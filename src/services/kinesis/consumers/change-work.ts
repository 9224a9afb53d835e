import type { Store } from "../../../store/store.ts"
import { done, type Worker } from "../../../work/job.ts"
import { deleteConsumer, readConsumer, updateConsumer } from "./record.ts"

export const CHANGE_CONSUMER = "kinesis:change-consumer"

export interface ConsumerJob {
  streamId: string
  name: string
}

export const keyOfConsumer = ({ streamId, name }: ConsumerJob): string => `${streamId}/${name}`

/** Makes a consumer that was registered ACTIVE, and removes one that was deregistered. */
export const consumerWork: Worker<{ store: Store }> = {
  async run({ body }, { store }) {
    const { streamId, name } = body as ConsumerJob
    await store.transact(async (tx) => {
      const consumer = await readConsumer(tx, streamId, name)
      if (consumer?.status === "CREATING") await updateConsumer(tx, { ...consumer, status: "ACTIVE" })
      if (consumer?.status === "DELETING") await deleteConsumer(tx, consumer)
    })
    return done
  },
}
