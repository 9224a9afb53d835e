/** The value of a condition key in a request: one string, or the list of a multivalued key. Absent keys are left out. */
export type ContextValue = string | readonly string[]
