import type { Deps } from "../../../call.ts"

/** The kind of the jobs that deliver to destinations; their keys are the destinations' ids. */
export const REPLICATE = "dynamodb:replicate"

/** There is something to deliver. */
export const hastenReplication = ({ work }: Pick<Deps, "work">, destinationId: string): void =>
  work.hasten({ kind: REPLICATE, key: destinationId })
