import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/**
 * Developer Guide, "Quotas for configuring and running a REST API": a definition that is imported has 6 MB at most, a model 400 KB,
 * a mapping template 300 KB, and a resource policy 8,192 bytes.
 */
const definition = { bytes: 6 * 1024 * KIB, parts: 50_000 }

export const bodyLimits: ServiceLimits = {
  bytes: 1024 * KIB,
  parts: 5_000,
  operations: {
    ImportRestApi: definition,
    PutRestApi: definition,
    ImportDocumentationParts: definition,
    ImportApiKeys: definition,
  },
}
