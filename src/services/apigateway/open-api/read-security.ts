import type { Document } from "../../../open-api/index.ts"
import { given, isObject, type Json, listOf, member, objectOf, textOf, textsOf } from "../../../open-api/index.ts"
import { USUAL_SECONDS, USUAL_SOURCE } from "../authorizers/check.ts"
import type { Authorizer } from "../snapshot.ts"

/** What the schemes of a definition mean here. */
export interface Security {
  authorizers: Map<string, Omit<Authorizer, "id">>
  /** Of a method: its own requirements, or else those of the document. */
  of(operation: Json): MethodSecurity
}

export interface MethodSecurity {
  authorizationType: "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS"
  authorizer?: string
  authorizationScopes?: string[]
  apiKeyRequired: boolean
}

/** `securityDefinitions` or `components.securitySchemes`, with `x-amazon-apigateway-authtype` and `-authorizer`. */
export function readSecurity({ root }: Document, warnings: string[]): Security {
  const schemes = {
    ...objectOf(member(root, "securityDefinitions")),
    ...objectOf(member(member(root, "components"), "securitySchemes")),
  }
  const authorizers = new Map<string, Omit<Authorizer, "id">>()
  for (const [name, scheme] of Object.entries(schemes)) {
    const authorizer = readAuthorizer(name, scheme)
    if (authorizer) authorizers.set(name, authorizer)
  }
  const isSigned = (scheme: Json) =>
    textOf(member(scheme, "x-amazon-apigateway-authtype"))?.toLowerCase() === "awssigv4"
  const isApiKey = (scheme: Json) =>
    member(scheme, "type") === "apiKey" && textOf(member(scheme, "name"))?.toLowerCase() === "x-api-key"
  return {
    authorizers,
    of(operation) {
      const found: MethodSecurity = { authorizationType: "NONE", apiKeyRequired: false }
      const own = member(operation, "x-amazon-apigateway-auth")
      if (textOf(member(own, "type"))?.toUpperCase() === "AWS_IAM") found.authorizationType = "AWS_IAM"
      for (const requirement of listOf(member(operation, "security") ?? member(root, "security")))
        for (const [name, scopes] of Object.entries(objectOf(requirement))) {
          const scheme = member(schemes, name)
          const authorizer = authorizers.get(name)
          if (authorizer) {
            found.authorizer = name
            found.authorizationType = authorizer.type === "COGNITO_USER_POOLS" ? "COGNITO_USER_POOLS" : "CUSTOM"
            if (textsOf(scopes).length > 0) found.authorizationScopes = textsOf(scopes)
          } else if (isSigned(scheme)) found.authorizationType = "AWS_IAM"
          else if (isApiKey(scheme)) found.apiKeyRequired = true
          // Nobody is let in by what is not understood: it is told.
          else warnings.push(`Security scheme ${name} is not supported: it is ignored`)
        }
      return found
    },
  }
}

function readAuthorizer(name: string, scheme: Json): Omit<Authorizer, "id"> | undefined {
  const extension = member(scheme, "x-amazon-apigateway-authorizer")
  if (!isObject(extension)) return undefined
  const type = (textOf(extension.type) ?? "").toUpperCase() as Authorizer["type"]
  const seconds = extension.authorizerResultTtlInSeconds
  const header = textOf(member(scheme, "name"))
  const isOfPools = type === "COGNITO_USER_POOLS"
  return given<Omit<Authorizer, "id">>({
    name,
    type,
    authType: textOf(member(scheme, "x-amazon-apigateway-authtype")) ?? (isOfPools ? "cognito_user_pools" : "custom"),
    providerARNs: isOfPools ? textsOf(extension.providerARNs) : undefined,
    authorizerUri: textOf(extension.authorizerUri),
    authorizerCredentials: textOf(extension.authorizerCredentials),
    identitySource:
      textOf(extension.identitySource) ??
      (type === "REQUEST" ? undefined : header === undefined ? USUAL_SOURCE : `method.request.header.${header}`),
    identityValidationExpression: textOf(extension.identityValidationExpression),
    authorizerResultTtlInSeconds: typeof seconds === "number" ? seconds : USUAL_SECONDS,
  })
}
