import type { Constraints } from "../../service.ts"

const UserPoolId = { max: 55, min: 1, pattern: "[\\w-]+_[0-9a-zA-Z]+", required: true }
const ClientId = { max: 128, min: 1, pattern: "[\\w+]+", required: true }
const Username = { max: 128, min: 1, pattern: "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", required: true, sensitive: true }
const RegionName = { required: true, min: 5, max: 32 }
const LimitDefinition = { structure: "LimitDefinitionType", required: true }

/** Of operations that the published model has not yet. Source: the SDK's requests; lengths as the same members have elsewhere. */
const STRUCTURES = {
  AdminDeleteSoftwareTokenRequest: { UserPoolId, Username },
  CreateUserPoolReplicaRequest: { UserPoolId, RegionName },
  DeleteUserPoolReplicaRequest: { UserPoolId, RegionName },
  ListUserPoolReplicasRequest: { UserPoolId },
  UpdateUserPoolReplicaRequest: { UserPoolId, RegionName, Status: { enum: ["ACTIVE", "INACTIVE"], required: true } },
  DescribeTermsByClientRequest: {
    ClientId,
    UserPoolId,
    TermsName: { pattern: "^(terms-of-use|privacy-policy)$", required: true },
  },
  GetProvisionedLimitRequest: { LimitDefinition },
  UpdateProvisionedLimitRequest: { LimitDefinition, RequestedLimitValue: { required: true } },
  LimitDefinitionType: {
    LimitClass: { enum: ["API_CATEGORY"], required: true },
    Attributes: { required: true },
  },
} satisfies Constraints["structures"]

export const withNewerOperations = (constraints: Constraints): Constraints => ({
  ...constraints,
  structures: { ...STRUCTURES, ...constraints.structures },
})
