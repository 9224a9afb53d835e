/** What one body may hold. A request that holds more is refused while it is read, before anything is built of it. */
export interface BodyLimits {
  bytes: number
  /** Values of JSON, parameters of a form, tags of XML: each costs far more than its few bytes. */
  parts: number
}

/** Of a service: what its operations take, and those that take something else. */
export interface ServiceLimits extends BodyLimits {
  operations?: Readonly<Record<string, Partial<BodyLimits>>>
}

export const limitsOf = ({ bytes, parts, operations = {} }: ServiceLimits, operation: string): BodyLimits => ({
  bytes,
  parts,
  ...(Object.hasOwn(operations, operation) ? operations[operation] : undefined),
})

/** Of codecs that no service has: large enough for whatever a test may write. */
export const GENEROUS_LIMITS: BodyLimits = { bytes: 16 * 1024 * 1024, parts: 1_000_000 }
