import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as accessKeys from "./access-keys.ts"
import * as accountAliases from "./account-aliases.ts"
import * as accountSummary from "./account-summary.ts"
import { assertAdmitted } from "./admission.ts"
import * as attachments from "./attachments.ts"
import * as authorizationDetails from "./authorization-details.ts"
import { bodyLimits } from "./body-limits.ts"
import * as boundaries from "./boundaries.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as credentialReport from "./credential-report.ts"
import * as certificates from "./credentials/certificates.ts"
import * as serviceCredentials from "./credentials/service-credentials.ts"
import * as sshKeys from "./credentials/ssh-keys.ts"
import * as groupMembers from "./group-members.ts"
import * as groups from "./groups.ts"
import * as identityTags from "./identity-tags.ts"
import * as inlinePolicies from "./inline-policies.ts"
import * as instanceProfiles from "./instance-profiles.ts"
import * as mfaTags from "./mfa/tags.ts"
import * as userMfaDevices from "./mfa/user-devices.ts"
import * as virtualMfaDevices from "./mfa/virtual-devices.ts"
import * as loginProfiles from "./passwords/login-profiles.ts"
import * as passwordPolicies from "./passwords/policy.ts"
import { patternText } from "./pattern-texts.ts"
import * as entities from "./policies/entities.ts"
import * as policyLists from "./policies/listing.ts"
import * as policies from "./policies/policies.ts"
import * as versions from "./policies/versions.ts"
import * as oidcProviders from "./providers/oidc-providers.ts"
import * as samlProviders from "./providers/saml-providers.ts"
import { resourceFacts } from "./resource-facts.ts"
import * as roles from "./roles.ts"
import * as serviceLinkedRoles from "./service-linked-roles.ts"
import * as contextKeys from "./simulations/context-keys.ts"
import * as simulations from "./simulations/operations.ts"
import { migrations } from "./tables.ts"
import * as trustPolicies from "./trust-policies.ts"
import * as users from "./users.ts"

export { findAccessKey } from "./access-key-record.ts"
export { callerPolicies } from "./caller-policies.ts"
export { findRole, type Role } from "./find-role.ts"
export { authenticateWithMfa } from "./mfa/authenticate.ts"
export { createOrganizationAccountAccessRole } from "./organization-role.ts"
export { findCompiledPolicy } from "./policies/record.ts"
export { showPrincipals, storePrincipals } from "./principals.ts"
export { findOidcProvider, type OidcProvider, oidcProviderArn } from "./providers/oidc-record.ts"
export { findSamlProvider, type SamlProvider } from "./providers/saml-record.ts"
export { createUses, type Uses } from "./uses.ts"

const nouns = [
  roles,
  trustPolicies,
  users,
  groups,
  groupMembers,
  identityTags,
  boundaries,
  inlinePolicies,
  attachments,
  policies,
  policyLists,
  versions,
  entities,
  accessKeys,
  oidcProviders,
  samlProviders,
  instanceProfiles,
  accountAliases,
  accountSummary,
  authorizationDetails,
  simulations,
  contextKeys,
  virtualMfaDevices,
  userMfaDevices,
  mfaTags,
  loginProfiles,
  passwordPolicies,
  credentialReport,
  certificates,
  sshKeys,
  serviceCredentials,
  serviceLinkedRoles,
]

export const service: Service = {
  name: "iam",
  protocol: "awsQuery",
  errors: "query",
  validationCode: "ValidationError",
  patternText,
  operations: operationsOf(nouns),
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  assertAdmitted,
}
