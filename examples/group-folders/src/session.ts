import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js"
import type { FoldersConfig } from "../folders.ts"

/** Who is signed in. */
export interface Member {
  name: string
  groups: string[]
  /** Refreshed when it has run out. */
  idToken(): Promise<string>
  signOut(): void
}

const poolOf = ({ userPoolId, userPoolClientId, endpoint }: FoldersConfig) =>
  new CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId, endpoint })

/** By SRP: the password stays here. */
export function signIn(config: FoldersConfig, name: string, password: string): Promise<Member> {
  const user = new CognitoUser({ Username: name, Pool: poolOf(config) })
  const details = new AuthenticationDetails({ Username: name, Password: password })
  return new Promise((resolve, reject) =>
    user.authenticateUser(details, {
      onSuccess: (session) => resolve(memberOf(user, session)),
      onFailure: reject,
    }),
  )
}

/** Whoever signed in before and has not signed out. */
export async function findMember(config: FoldersConfig): Promise<Member | undefined> {
  const user = poolOf(config).getCurrentUser()
  return user
    ? sessionOf(user).then(
        (session) => memberOf(user, session),
        () => undefined,
      )
    : undefined
}

const sessionOf = (user: CognitoUser): Promise<CognitoUserSession> =>
  new Promise((resolve, reject) =>
    user.getSession((error: Error | null, session: CognitoUserSession | null) =>
      session ? resolve(session) : reject(error),
    ),
  )

function memberOf(user: CognitoUser, session: CognitoUserSession): Member {
  return {
    name: user.getUsername(),
    groups: session.getIdToken().payload["cognito:groups"] ?? [],
    idToken: async () => (await sessionOf(user)).getIdToken().getJwtToken(),
    signOut: () => user.signOut(),
  }
}
