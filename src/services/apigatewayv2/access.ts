import { requestTagContext } from "../../authorization/request-tags.ts"
import type { Requirement, RequirementContext } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"

type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** `arn:aws:apigateway:<region>::/apis/...`: these ARNs have no account (Service Authorization Reference). */
export const gatewayArn = ({ region }: Pick<Scope, "region">, path: string): string =>
  `arn:aws:apigateway:${region}::${path}`

/** The permission that an operation needs is the verb of its request, on the path of it without its `/v2`. */
export const on =
  <I>(verb: Verb, path: (input: NoInfer<I>) => string, context?: (input: NoInfer<I>) => RequirementContext) =>
  (input: I, scope: Scope): Requirement => ({
    action: `apigateway:${verb}`,
    resource: gatewayArn(scope, path(input)),
    ...(context && { context: context(input) }),
  })

interface Tagged {
  Tags?: Readonly<Record<string, string>> | undefined
}

/**
 * For what may be made with tags: these need `apigateway:TagResource` as well, on where the new one will be (quoted of stages;
 * UNVERIFIED of APIs and domain names).
 */
export const creating =
  <I extends Tagged>(path: (input: NoInfer<I>) => string, context?: (input: NoInfer<I>) => RequirementContext) =>
  (input: I, scope: Scope): Requirement[] => {
    const resource = gatewayArn(scope, path(input))
    const tags = requestTagContext(input.Tags)
    const post = { action: "apigateway:POST", resource, context: { ...context?.(input), ...tags } }
    return Object.keys(tags).length === 0
      ? [post]
      : [post, { action: "apigateway:TagResource", resource, context: tags }]
  }

interface OfApi {
  ApiId: string
}
export const apiPath = ({ ApiId }: OfApi): string => `/apis/${ApiId}`
/** `/apis/<id>/routes`, and what comes after it of the input. */
export const belowApi =
  <I extends OfApi>(...names: (string | ((input: I) => string))[]) =>
  (input: I): string =>
    [apiPath(input), ...names.map((name) => (typeof name === "string" ? name : name(input)))].join("/")

/** Who gives API Gateway a role must be allowed to pass it; `arn:aws:iam::*:user/*` (the caller's own credentials) is none. */
export const passRole = (role: string | undefined): Requirement[] =>
  role !== undefined && /:role\//.test(role)
    ? [{ action: "iam:PassRole", resource: role, context: { "iam:PassedToService": "apigateway.amazonaws.com" } }]
    : []
