import { nameOf, show, type WordsByCheck } from "./reason.ts"

/** What Kinesis checks beside policies. */
export const KINESIS_WORDS: WordsByCheck = {
  "throughput of a shard": ({ call, facts }) => ({
    what: `${show(facts.shard)} had given or taken what a shard may in a second, and ${nameOf(call)} came on top of it.`,
    expected:
      "1 MiB and 1,000 records written a second; 5 reads and 2 MiB read a second, a large read counting for the seconds after it",
    came: `one more of its ${show(facts.what)}`,
    advice:
      "Try again after a pause, spread partition keys, or split shards (UpdateShardCount). Where AWS's limits are in the way of a test: tag the stream hallpass:throughput=unlimited, or start the server with --unlimited-streams.",
  }),
  "key of the stream": ({ facts }) => ({
    what: "The stream is encrypted, and KMS did not let its key be used.",
    expected:
      "kms:GenerateDataKey for whoever writes, kms:Decrypt for whoever reads, and kms:DescribeKey for whoever starts the encryption, on a key that is enabled",
    came: `${show(facts.found)}: ${show(facts.told)}`,
    advice:
      "Look at the key's policy and the caller's: kms:ViaService is kinesis.REGION.amazonaws.com, and the encryption context is aws:kinesis:arn with the stream's ARN. Data keys are used for five minutes, so that a change of the key shows within that time.",
  }),
}
