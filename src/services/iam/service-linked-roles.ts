import {
  CreateServiceLinkedRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
} from "@aws-sdk/client-iam"
import { randomUUID } from "../../base/random.ts"
import { operation, type Scope } from "../../operation.ts"
import { onRole } from "./access.ts"
import { iamArn } from "./arns.ts"
import {
  customSuffixRefused,
  deletionTaskNotFound,
  linkedServiceUnknown,
  noServiceLinkedRole,
  serviceRoleTaken,
} from "./errors.ts"
import { arnOf, deleteIdentity, findIdentity, getIdentity } from "./identities/record.ts"
import { isServiceLinked, SERVICE_ROLE_PATH } from "./identities/service-linked.ts"
import { createRole } from "./roles.ts"
import { type LinkedService, linkedServices } from "./service-linked-services.ts"

const pathOf = (service: string): string => `${SERVICE_ROLE_PATH}${service}/`

const roleNameOf = ({ roleName }: LinkedService, suffix: string | undefined): string =>
  suffix === undefined ? roleName : `${roleName}_${suffix}`

export const CreateServiceLinkedRole = operation(CreateServiceLinkedRoleCommand, {
  access: ({ AWSServiceName, CustomSuffix }, { account }) => {
    const service = linkedServices.get(AWSServiceName)
    const name = service ? roleNameOf(service, CustomSuffix) : "AWSServiceRole"
    return {
      resource: iamArn(account, "role", pathOf(AWSServiceName), name),
      context: { "iam:AWSServiceName": AWSServiceName },
    }
  },
  async handle({ AWSServiceName, CustomSuffix, Description }, context) {
    const service = linkedServices.get(AWSServiceName)
    if (!service) throw linkedServiceUnknown(AWSServiceName)
    if (CustomSuffix !== undefined && !service.takesSuffix) throw customSuffixRefused(AWSServiceName)
    const { account, store } = context
    const RoleName = roleNameOf(service, CustomSuffix)
    if (await store.read((tx) => findIdentity(tx, account, "role", RoleName))) throw serviceRoleTaken(RoleName)
    const Role = await createRole(context, account, {
      RoleName,
      Path: pathOf(AWSServiceName),
      ...(Description !== undefined && { Description }),
      // Its document is not here, and nothing acts by the role: it is there to be listed.
      ...(service.policy !== undefined && {
        policyArns: [iamArn("aws", "policy", SERVICE_ROLE_PATH, service.policy)],
      }),
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: AWSServiceName }, Action: "sts:AssumeRole" }],
      }),
    })
    return { Role }
  },
})

/** No service here uses its role, so it is deleted at once; the task is for those who ask for it. */
export const DeleteServiceLinkedRole = operation(DeleteServiceLinkedRoleCommand, {
  access: onRole,
  async handle({ RoleName }, { store, account }) {
    const uuid = randomUUID()
    return store.transact(async (tx) => {
      const role = await getIdentity(tx, account, "role", RoleName)
      if (!isServiceLinked(role)) throw noServiceLinkedRole(RoleName)
      const DeletionTaskId = `task${role.path}${role.name}/${uuid}`
      await deleteIdentity(tx, role)
      await tx.run(
        "INSERT INTO iam_role_deletions (account, task_id, role_arn) VALUES ($1, $2, $3)",
        account,
        DeletionTaskId,
        arnOf(role),
      )
      return { DeletionTaskId }
    })
  },
})

const TASK = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\/[^/]+$/

const onTask = ({ DeletionTaskId }: { DeletionTaskId: string }, { account }: Scope) => {
  const [, path = "/", name = "*"] = TASK.exec(DeletionTaskId) ?? []
  return { resource: iamArn(account, "role", path, name) }
}

export const GetServiceLinkedRoleDeletionStatus = operation(GetServiceLinkedRoleDeletionStatusCommand, {
  access: onTask,
  async handle({ DeletionTaskId }, { store, account }) {
    const task = await store.read((tx) =>
      tx.get("SELECT task_id FROM iam_role_deletions WHERE account = $1 AND task_id = $2", account, DeletionTaskId),
    )
    if (!task) throw deletionTaskNotFound(DeletionTaskId)
    return { Status: "SUCCEEDED" as const }
  },
})
