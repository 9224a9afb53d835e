import {
  type AttachedPermissionsBoundary,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { boundingRole, boundingUser, onRole, onUser } from "./access.ts"
import { parseIamArn } from "./arns.ts"
import { boundaryNotAttachable, policyArnUnparsable, policyNotAttachable } from "./errors.ts"
import type { IdentityKind } from "./identities/kind.ts"
import { type Identity, identityChanged } from "./identities/record.ts"
import { getModifiable } from "./identities/service-linked.ts"
import { policyExistsAt } from "./policies/record.ts"

/** A managed policy of AWS or of the account itself, which alone can be attached there. */
export async function assertAttachable(
  tx: Reading,
  account: string,
  arn: string,
  use: "policy" | "boundary",
): Promise<void> {
  const name = parseIamArn(arn)
  if (name?.type !== "policy") throw policyArnUnparsable()
  const ours = name.account === "aws" || name.account === account
  if (ours && (await policyExistsAt(tx, arn))) return
  throw use === "policy" ? policyNotAttachable(arn) : boundaryNotAttachable(arn)
}

export async function findBoundary(tx: Reading, { id }: Identity): Promise<AttachedPermissionsBoundary | undefined> {
  const row = await tx.get<{ policy_arn: string }>("SELECT policy_arn FROM iam_boundaries WHERE owner_id = $1", id)
  // AWS-validated: not the `PermissionsBoundaryPolicy` that the API's model has.
  return row && { PermissionsBoundaryType: "Policy" as never, PermissionsBoundaryArn: row.policy_arn }
}

export async function setBoundary(tx: Writing, identity: Identity, arn: string): Promise<void> {
  await tx.run("DELETE FROM iam_boundaries WHERE owner_id = $1", identity.id)
  await tx.run(
    "INSERT INTO iam_boundaries (owner_id, policy_arn, account) VALUES ($1, $2, $3)",
    identity.id,
    arn,
    identity.account,
  )
  await identityChanged(tx, identity)
}

async function put({ store, account }: CallContext, kind: IdentityKind, name: string, arn: string): Promise<object> {
  await store.transact(async (tx) => {
    const identity = await getModifiable(tx, account, kind, name)
    await assertAttachable(tx, account, arn, "boundary")
    await setBoundary(tx, identity, arn)
  })
  return {}
}

async function remove({ store, account }: CallContext, kind: IdentityKind, name: string): Promise<object> {
  await store.transact(async (tx) => {
    const identity = await getModifiable(tx, account, kind, name)
    await tx.run("DELETE FROM iam_boundaries WHERE owner_id = $1", identity.id)
    await identityChanged(tx, identity)
  })
  return {}
}

export const PutRolePermissionsBoundary = operation(PutRolePermissionsBoundaryCommand, {
  access: boundingRole,
  handle: ({ RoleName, PermissionsBoundary }, context) => put(context, "role", RoleName, PermissionsBoundary),
})
export const PutUserPermissionsBoundary = operation(PutUserPermissionsBoundaryCommand, {
  access: boundingUser,
  handle: ({ UserName, PermissionsBoundary }, context) => put(context, "user", UserName, PermissionsBoundary),
})
export const DeleteRolePermissionsBoundary = operation(DeleteRolePermissionsBoundaryCommand, {
  access: onRole,
  handle: ({ RoleName }, context) => remove(context, "role", RoleName),
})
export const DeleteUserPermissionsBoundary = operation(DeleteUserPermissionsBoundaryCommand, {
  access: onUser,
  handle: ({ UserName }, context) => remove(context, "user", UserName),
})
