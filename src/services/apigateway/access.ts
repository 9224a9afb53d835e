import { requestTagContext } from "../../authorization/request-tags.ts"
import type { Requirement, RequirementContext } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"

type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** The service that roles are passed to. */
export const PRINCIPAL = "apigateway.amazonaws.com"

/** ARN of what a path of the API names: accounts stand in none of them. */
export const pathArn = (region: string, path: string): string => `arn:aws:apigateway:${region}::${path}`

/**
 * API Gateway's actions are the verbs of HTTP, on what the request's path names (service authorization reference, "Amazon API
 * Gateway Management"). `{restApiId}` in the path stands for the member of that name.
 */
export const on =
  <I extends object>(verb: Verb, path: string, keys?: (input: I) => RequirementContext) =>
  (input: I, { region }: Scope): Requirement => {
    const context = keys?.(input)
    return {
      action: `apigateway:${verb}`,
      resource: pathArn(region, filled(path, input)),
      ...(context && { context }),
    }
  }

const filled = (path: string, input: object): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (input as Record<string, string>)[name] ?? "")

/**
 * The same of what makes something that may come with tags: setting these is a `PUT` of its own (recorded of an API key:
 * `apigateway:PUT on resource: arn:aws:apigateway:<region>::/tags/arn%3Aaws%3A...%2Fapikeys%2F*`).
 */
export const toCreate =
  <I extends { tags?: Record<string, string> | undefined }>(
    path: string,
    keys: (input: I) => RequirementContext = () => ({}),
  ) =>
  (input: I, scope: Scope): Requirement[] => {
    const create = on("POST", path, keys)(input, scope)
    const { tags } = input
    if (!tags || Object.keys(tags).length === 0) return [create]
    const context = requestTagContext(tags)
    const made = `${create.resource}/*`
    return [
      { ...create, context: { ...keys(input), ...context } },
      { action: "apigateway:PUT", resource: tagsArn(scope.region, made), context },
    ]
  }

export const tagsArn = (region: string, resourceArn: string): string =>
  pathArn(region, `/tags/${encodeURIComponent(resourceArn)}`)

/** A resource policy needs a permission of its own beside that of what sets it (service authorization reference). */
export const setPolicy = (region: string, path: string): Requirement => ({
  action: "apigateway:UpdateRestApiPolicy",
  resource: pathArn(region, path),
})

/** Who gives API Gateway a role must be allowed to pass it. */
export function passRole(role: string | undefined): Requirement[] {
  if (!role || !/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(role)) return []
  return [{ action: "iam:PassRole", resource: role, context: { "iam:PassedToService": PRINCIPAL } }]
}
