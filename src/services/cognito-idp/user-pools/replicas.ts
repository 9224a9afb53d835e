import {
  CreateUserPoolReplicaCommand,
  DeleteUserPoolReplicaCommand,
  ListUserPoolReplicasCommand,
  UpdateUserPoolReplicaCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onUserPool } from "../access.ts"
import { notSupportedHere } from "../errors.ts"
import { getUserPool } from "./record.ts"

/** A pool is where its database is: several nodes may answer for it there, and no other place has a copy. */
export const CreateUserPoolReplica = operation(CreateUserPoolReplicaCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    await getUserPool(UserPoolId, context)
    throw notSupportedHere("A replica of a user pool in another Region")
  },
})

export const ListUserPoolReplicas = operation(ListUserPoolReplicasCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    await getUserPool(UserPoolId, context)
    return { UserPoolReplicas: [] }
  },
})

const replicaNotFound = (region: string) =>
  new WireError("ResourceNotFoundException", `The user pool has no replica in ${region}.`) // UNVERIFIED

export const UpdateUserPoolReplica = operation(UpdateUserPoolReplicaCommand, {
  access: onUserPool,
  async handle({ UserPoolId, RegionName }, context) {
    await getUserPool(UserPoolId, context)
    throw replicaNotFound(RegionName)
  },
})

export const DeleteUserPoolReplica = operation(DeleteUserPoolReplicaCommand, {
  access: onUserPool,
  async handle({ UserPoolId, RegionName }, context) {
    await getUserPool(UserPoolId, context)
    throw replicaNotFound(RegionName)
  },
})
