import type { Authorizer } from "@aws-sdk/client-apigatewayv2"
import { parts } from "../parts.ts"

export type AuthorizerBody = Omit<Authorizer, "AuthorizerId">

export const authorizers = parts<AuthorizerBody>("authorizer")
