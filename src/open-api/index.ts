/** Definitions of APIs in OpenAPI, before anybody says what they mean. Knows no service. */
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
