import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** One policy document of 131,072 characters, all of it percent-encoded; and what takes several, or other documents. */
export const bodyLimits: ServiceLimits = {
  bytes: 512 * KIB,
  parts: 10_000,
  operations: {
    // A chain of certificates of 2,097,152 characters.
    UploadServerCertificate: { bytes: 3072 * KIB },
    SimulateCustomPolicy: { bytes: 2048 * KIB },
    SimulatePrincipalPolicy: { bytes: 2048 * KIB },
    GetContextKeysForCustomPolicy: { bytes: 2048 * KIB },
    GetContextKeysForPrincipalPolicy: { bytes: 2048 * KIB },
    // A metadata document of 10,000,000 characters; markup doubles when it is percent-encoded.
    CreateSAMLProvider: { bytes: 20_480 * KIB },
    UpdateSAMLProvider: { bytes: 20_480 * KIB },
  },
}
