import { type Reason, show, type WordsByCheck } from "./reason.ts"

/** Places in streams that are not read from. */
export const STREAM_WORDS: WordsByCheck = {
  "age of a shard iterator": ({ facts: { expected, found } }): Reason => ({
    what: "The shard iterator is too old to be read by.",
    expected: show(expected),
    came: show(found),
    advice:
      "Read on with the NextShardIterator of each answer, or begin anew with GetShardIterator, AFTER_SEQUENCE_NUMBER of the last record that was read.",
  }),
  "time between subscriptions": ({ facts: { expected, found } }): Reason => ({
    what: "The consumer has subscribed to this shard a moment ago, and a call that succeeded keeps others out for a while.",
    expected: show(expected),
    came: show(found),
    advice: "Call SubscribeToShard again when that time has passed: it then takes the subscription over.",
  }),
}
