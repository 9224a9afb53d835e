import { ConfirmSignUp, ResendConfirmationCode } from "./accounts/confirm-sign-up.ts"
import * as forgottenPassword from "./accounts/forgotten-password.ts"
import * as mfaPreference from "./accounts/mfa-preference.ts"
import * as own from "./accounts/own.ts"
import * as ownAttributes from "./accounts/own-attributes.ts"
import { SignUp } from "./accounts/sign-up.ts"
import { AssociateSoftwareToken, VerifySoftwareToken } from "./accounts/software-token.ts"
import * as tokens from "./accounts/tokens.ts"
import * as userSettings from "./accounts/user-settings.ts"
import { GetClientToken } from "./app-clients/client-token.ts"
import * as appClients from "./app-clients/index.ts"
import * as clientSecrets from "./app-clients/secret-operations.ts"
import * as authEvents from "./auth-events/index.ts"
import * as classicBranding from "./branding/classic/index.ts"
import * as branding from "./branding/index.ts"
import * as adminDevices from "./devices/admin.ts"
import * as ownDevices from "./devices/own.ts"
import * as domains from "./domains/index.ts"
import * as groups from "./groups/index.ts"
import * as memberships from "./groups/memberships.ts"
import * as identityProviders from "./identity-providers/index.ts"
import * as linkedUsers from "./identity-providers/linked-users.ts"
import { GetSigningCertificate } from "./identity-providers/signing-certificate.ts"
import * as provisionedLimits from "./provisioned-limits.ts"
import {
  CreateResourceServer,
  DeleteResourceServer,
  DescribeResourceServer,
  ListResourceServers,
  UpdateResourceServer,
} from "./resource-servers.ts"
import * as signIn from "./sign-in/index.ts"
import * as terms from "./terms/index.ts"
import * as userImport from "./user-import/operations.ts"
import { GetCSVHeader } from "./user-pools/csv-header.ts"
import * as userPools from "./user-pools/index.ts"
import * as logDelivery from "./user-pools/log-delivery.ts"
import * as mfaConfig from "./user-pools/mfa-config.ts"
import * as replicas from "./user-pools/replicas.ts"
import { ListTagsForResource, TagResource, UntagResource } from "./user-pools/tags.ts"
import * as threatProtection from "./user-pools/threat-protection.ts"
import * as sessionConfiguration from "./user-sessions/configuration.ts"
import * as userSessions from "./user-sessions/index.ts"
import * as admin from "./users/admin.ts"
import { AdminCreateUser } from "./users/create.ts"
import { ListUsers } from "./users/list.ts"
import { AdminDeleteSoftwareToken } from "./users/software-token.ts"
import * as webAuthn from "./web-authn/operations.ts"

/** Every operation of the service; each of these modules exports operations and nothing else. */
export const operations = [
  ...Object.values(userPools),
  ...Object.values(mfaConfig),
  TagResource,
  UntagResource,
  ListTagsForResource,
  GetCSVHeader,
  ...Object.values(logDelivery),
  ...Object.values(threatProtection),
  ...Object.values(classicBranding),
  ...Object.values(branding),
  ...Object.values(domains),
  CreateResourceServer,
  DescribeResourceServer,
  UpdateResourceServer,
  DeleteResourceServer,
  ListResourceServers,
  ...Object.values(identityProviders),
  ...Object.values(linkedUsers),
  GetSigningCertificate,
  ...Object.values(appClients),
  ...Object.values(clientSecrets),
  GetClientToken,
  ...Object.values(userSessions),
  ...Object.values(sessionConfiguration),
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
  ...Object.values(userSettings),
  ...Object.values(authEvents),
  ...Object.values(ownDevices),
  ...Object.values(adminDevices),
  AssociateSoftwareToken,
  VerifySoftwareToken,
  ...Object.values(webAuthn),
  ...Object.values(terms),
  ...Object.values(userImport),
  ...Object.values(replicas),
  ...Object.values(provisionedLimits),
  AdminDeleteSoftwareToken,
]
