import { given } from "../../../open-api/index.ts"
import type { Authorizer, Method, Snapshot } from "../snapshot.ts"
import type { ExportOptions } from "./references.ts"

const SIGNED = "sigv4"
const API_KEY = "api_key"

/** What a method asks of its callers, by the names of schemes; one entry holds all of them. */
export function writeRequirements(method: Method, snapshot: Snapshot, options: ExportOptions): object[] {
  const requirements: Record<string, readonly string[]> = {}
  const authorizer = method.authorizerId === undefined ? undefined : snapshot.authorizers[method.authorizerId]
  if (authorizer) requirements[authorizer.name] = method.authorizationScopes ?? []
  // Without the extension a scheme of this kind is an API key like any other.
  if (method.authorizationType === "AWS_IAM" && (options.authorizers || options.all)) requirements[SIGNED] = []
  if (method.apiKeyRequired) requirements[API_KEY] = []
  return Object.entries(requirements).map(([name, scopes]) => ({ [name]: scopes }))
}

/** Schemes by their names; undefined where no method has any. */
export function writeSecuritySchemes(snapshot: Snapshot, options: ExportOptions): object | undefined {
  const withAuthorizers = options.authorizers || options.all
  const methods = snapshot.resources.flatMap((resource) => Object.values(resource.methods))
  const schemes: Record<string, object> = {}
  for (const authorizer of Object.values(snapshot.authorizers))
    schemes[authorizer.name] = writeScheme(authorizer, withAuthorizers)
  if (withAuthorizers && methods.some(({ authorizationType }) => authorizationType === "AWS_IAM"))
    schemes[SIGNED] = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "awsSigv4",
    }
  if (methods.some(({ apiKeyRequired }) => apiKeyRequired))
    schemes[API_KEY] = { type: "apiKey", name: "x-api-key", in: "header" }
  return Object.keys(schemes).length > 0 ? schemes : undefined
}

function writeScheme({ id: _, name: __, authType, ...authorizer }: Authorizer, withAuthorizers: boolean): object {
  const header = /^method\.request\.header\.(.+)$/.exec(authorizer.identitySource ?? "")?.[1]
  const scheme = { type: "apiKey", name: header ?? "Unused", in: "header" }
  if (!withAuthorizers) return scheme
  return {
    ...scheme,
    "x-amazon-apigateway-authtype": authType,
    "x-amazon-apigateway-authorizer": given({ ...authorizer, type: authorizer.type.toLowerCase() }),
  }
}
