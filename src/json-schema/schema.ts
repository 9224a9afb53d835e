/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  [name: string]: Json
}

/** The schema is none, or leads to one that is not there. */
export class SchemaError extends Error {
  override name = "SchemaError"
}

/** Whether a value is as a schema wants it; what is wrong is told to the visit. */
export type Validate = (value: Json, visit: Visit) => boolean

/** One validation on its way. */
export interface Visit {
  /** Tells what is wrong, and is false. */
  fails(fault: string): false
  /** Whether all are right; each is looked at, so that all faults are told. */
  all<T>(items: readonly T[], validate: (item: T, at: number) => boolean): boolean
  /** Faults within are not told. */
  tries(validate: () => boolean): boolean
  /** What it takes beyond the visits to schemas. */
  spend(steps: number): void
}

/** How the keywords of a schema get at schemas within it. */
export interface Compile {
  schema(schema: Json): Validate
  reference(reference: Json): Validate
}
