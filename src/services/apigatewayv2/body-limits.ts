import type { ServiceLimits } from "../../wire/limits.ts"

/** Documents to import may have 6 MB (Developer Guide, "Quotas for configuring and running an HTTP API"); all else is small. */
export const bodyLimits: ServiceLimits = {
  bytes: 1024 * 1024,
  parts: 20_000,
  operations: {
    ImportApi: { bytes: 8 * 1024 * 1024, parts: 1_000 },
    ReimportApi: { bytes: 8 * 1024 * 1024, parts: 1_000 },
  },
}
