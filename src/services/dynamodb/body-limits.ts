import type { ServiceLimits } from "../../wire/limits.ts"

/**
 * 16 MB a request (developer guide, BatchWriteItem; a longer one is answered 413). An item has at most 400 KB, of which
 * every value takes some bytes in JSON: nobody's batch has more values than this.
 */
export const bodyLimits: ServiceLimits = { bytes: 16 * 1024 * 1024, parts: 2_500_000 }
