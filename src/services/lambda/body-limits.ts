import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** Recorded: what is larger is refused with 413. */
const CODE_BYTES = 70_167_211
const code = { bytes: CODE_BYTES }

export const INVOCATION_BYTES = 6 * 1024 * KIB
const invocation = { bytes: INVOCATION_BYTES }

/** Of an event that is put aside: Developer Guide, "Lambda quotas"; 256 KB until late 2025. */
export const EVENT_BYTES = 1024 * KIB

/** Developer Guide, "Lambda quotas": a request has 70,167,211 bytes at most where it carries code, and an invocation 6 MB. */
export const bodyLimits: ServiceLimits = {
  bytes: 256 * KIB,
  parts: 5_000,
  operations: {
    CreateFunction: code,
    UpdateFunctionCode: code,
    PublishLayerVersion: code,
    Invoke: invocation,
    InvokeAsync: invocation,
    InvokeWithResponseStream: invocation,
  },
}
