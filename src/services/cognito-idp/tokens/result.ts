import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider"

/**
 * The JSON of tokens as they are answered. They are letters, digits and signs that JSON writes as they are; to have them looked
 * through for others takes as long as to find the user.
 */
export function formatResult({ AccessToken, IdToken, RefreshToken, ...rest }: AuthenticationResultType): string {
  let text = JSON.stringify(rest).slice(0, -1)
  for (const [name, token] of Object.entries({ AccessToken, IdToken, RefreshToken }))
    if (token !== undefined) text += `${text === "{" ? "" : ","}"${name}":"${token}"`
  return `${text}}`
}
