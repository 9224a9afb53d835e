/** Source: CreateUserPoolClient, AllowedOAuthScopes. */
export const STANDARD_SCOPES: ReadonlySet<string> = new Set([
  "phone",
  "email",
  "openid",
  "profile",
  "aws.cognito.signin.user.admin",
])
