import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { fromCognitoIdentityPool } from "@aws-sdk/credential-provider-cognito-identity"
import { Amplify } from "aws-amplify"
import { fetchAuthSession } from "aws-amplify/auth"
import type { ShopConfig } from "../shop.ts"

/** Amplify as it is; only its endpoints are ours. */
export function configureAmplify({ endpoint, userPoolId, userPoolClientId, identityPoolId }: ShopConfig): void {
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId,
        userPoolClientId,
        userPoolEndpoint: endpoint,
        identityPoolId,
        identityPoolEndpoint: endpoint,
        allowGuestAccess: true,
        loginWith: { email: true },
      },
    },
  })
}

export type Role = "guest" | "member"

/** A client whose credentials are those of the guest, or of whoever is signed in; renewed when they run out. */
export function dynamodbOf(config: ShopConfig, role: Role): DynamoDBClient {
  const { endpoint, region, identityPoolId, userPoolId } = config
  const provider = `cognito-idp.${region}.amazonaws.com/${userPoolId}`
  return new DynamoDBClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: fromCognitoIdentityPool({
      clientConfig: { endpoint, region },
      identityPoolId,
      ...(role === "member" && { logins: { [provider]: idToken } }),
    }),
  })
}

/** Amplify refreshes the tokens when they have expired. */
async function idToken(): Promise<string> {
  const { tokens } = await fetchAuthSession()
  if (!tokens?.idToken) throw new Error("Nobody is signed in any more.")
  return tokens.idToken.toString()
}

export interface Who {
  email: string
  groups: string[]
  /** The name of the role that the token prefers; without one, the identity pool's own for members. */
  role: string
}

export async function whoIsThere(): Promise<Who | undefined> {
  const { tokens } = await fetchAuthSession().catch(() => ({ tokens: undefined }))
  const claims = tokens?.idToken?.payload
  if (!claims) return undefined
  const preferred = claims["cognito:preferred_role"]
  return {
    email: String(claims.email),
    groups: (claims["cognito:groups"] as string[] | undefined) ?? [],
    role: typeof preferred === "string" ? preferred.slice(preferred.lastIndexOf("/") + 1) : "BookshopReader",
  }
}
