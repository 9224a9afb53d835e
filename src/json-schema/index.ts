/** JSON Schema draft 4, in bounded time. Knows no service. */
export { compileSchema, type Faults, type FindDocument } from "./compile.ts"
export { type Json, type JsonObject, SchemaError } from "./schema.ts"
