/**
 * What an account may have. Sources: "IAM and AWS STS quotas" of the IAM User Guide (the default values), and
 * `GetAccountSummary`, which spells the keys as they are here.
 */
export const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  RolePolicySizeQuota: 10240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
} as const

/** "IAM and AWS STS quotas": entities other than those of the summary. */
export const TAGS_QUOTA = 50
export const OIDC_PROVIDERS_QUOTA = 700
export const OIDC_CLIENT_IDS_QUOTA = 100
export const OIDC_THUMBPRINTS_QUOTA = 5
export const SAML_PROVIDERS_QUOTA = 100
export const MFA_DEVICES_QUOTA = 8
export const SSH_KEYS_QUOTA = 5
/** Of one user for one service. */
export const SERVICE_CREDENTIALS_QUOTA = 2
