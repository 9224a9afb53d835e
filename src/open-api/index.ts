/** Definitions of APIs in OpenAPI, before anybody says what they mean. Knows no service. */
export { createReader, type Read } from "./apart.ts"
export { DefinitionError, type Document, parseDocument, resolve } from "./document.ts"
export {
  given,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  member,
  objectOf,
  textMap,
  textOf,
  textsOf,
} from "./json.ts"
export { type Refusal, serveReads } from "./serve.ts"
