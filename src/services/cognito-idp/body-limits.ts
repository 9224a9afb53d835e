import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/**
 * The model bounds each text by 131,072 characters and says nothing of how many there are. Largest in earnest: a page's
 * style sheet and image (SetUICustomization), the metadata of an identity provider, a pool with all its messages. Most
 * values: the scopes of a resource server, a hundred of two each (quotas page).
 */
export const bodyLimits: ServiceLimits = {
  bytes: 512 * KIB,
  parts: 2_000,
  operations: {
    // API reference: "This operation has a 2-megabyte request-size limit".
    CreateManagedLoginBranding: { bytes: 2048 * KIB, parts: 10_000 },
    UpdateManagedLoginBranding: { bytes: 2048 * KIB, parts: 10_000 },
  },
}
