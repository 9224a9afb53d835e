import type { RunningHallpass } from "../running.ts"

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** What the constructor of every client of the AWS SDK for JavaScript v3 takes. */
export interface SdkClientOptions {
  endpoint: string
  region: string
  credentials: Credentials
  /** 2: after the clock was moved, a first try is refused, tells the time, and the second is signed by it. */
  maxAttempts: number
}

/** What each kind of client must be told to reach this server. */
export interface Clients {
  /** For SDK clients, as the account root. */
  client: SdkClientOptions
  /** For SDK clients, as somebody else. */
  clientOf(credentials: Credentials): SdkClientOptions
  /** For `Amplify.configure` of aws-amplify v6. */
  amplify(pools: { userPoolId: string; userPoolClientId: string; identityPoolId?: string }): AmplifyConfig
  /** For `new CognitoUserPool` of amazon-cognito-identity-js. */
  cognitoUserPool(pool: { UserPoolId: string; ClientId: string }): {
    UserPoolId: string
    ClientId: string
    endpoint: string
  }
  /** For the AWS CLI and every SDK, of any language, in a process of its own. */
  environment: Record<string, string>
}

export interface AmplifyConfig {
  Auth: {
    Cognito: {
      userPoolId: string
      userPoolClientId: string
      userPoolEndpoint: string
      identityPoolId: string
      identityPoolEndpoint: string
      allowGuestAccess: boolean
    }
  }
}

export function clientsOf({ url, region, credentials }: RunningHallpass): Clients {
  const clientOf = (given: Credentials): SdkClientOptions => ({
    endpoint: url,
    region,
    credentials: given,
    maxAttempts: 2,
  })
  return {
    client: clientOf(credentials),
    clientOf,
    amplify: ({ userPoolId, userPoolClientId, identityPoolId = "" }) => ({
      Auth: {
        Cognito: {
          userPoolId,
          userPoolClientId,
          userPoolEndpoint: url,
          identityPoolId,
          identityPoolEndpoint: url,
          allowGuestAccess: true,
        },
      },
    }),
    cognitoUserPool: (pool) => ({ ...pool, endpoint: url }),
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
  }
}
