import { ConfirmSignUp, ResendConfirmationCode } from "./accounts/confirm-sign-up.ts"
import * as forgottenPassword from "./accounts/forgotten-password.ts"
import * as mfaPreference from "./accounts/mfa-preference.ts"
import * as own from "./accounts/own.ts"
import * as ownAttributes from "./accounts/own-attributes.ts"
import { SignUp } from "./accounts/sign-up.ts"
import { AssociateSoftwareToken, VerifySoftwareToken } from "./accounts/software-token.ts"
import * as tokens from "./accounts/tokens.ts"
import * as appClients from "./app-clients/index.ts"
import * as groups from "./groups/index.ts"
import * as memberships from "./groups/memberships.ts"
import * as signIn from "./sign-in/index.ts"
import * as userPools from "./user-pools/index.ts"
import * as mfaConfig from "./user-pools/mfa-config.ts"
import { ListTagsForResource, TagResource, UntagResource } from "./user-pools/tags.ts"
import * as admin from "./users/admin.ts"
import { AdminCreateUser } from "./users/create.ts"
import { ListUsers } from "./users/list.ts"

/** Every operation of the service; each of these modules exports operations and nothing else. */
export const operations = [
  ...Object.values(userPools),
  ...Object.values(mfaConfig),
  TagResource,
  UntagResource,
  ListTagsForResource,
  ...Object.values(appClients),
  ...Object.values(groups),
  ...Object.values(memberships),
  AdminCreateUser,
  ListUsers,
  ...Object.values(admin),
  ...Object.values(signIn),
  SignUp,
  ConfirmSignUp,
  ResendConfirmationCode,
  ...Object.values(forgottenPassword),
  ...Object.values(own),
  ...Object.values(ownAttributes),
  ...Object.values(tokens),
  ...Object.values(mfaPreference),
  AssociateSoftwareToken,
  VerifySoftwareToken,
]
