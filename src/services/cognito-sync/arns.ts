import { formatArn } from "../../base/arn.ts"
import type { Scope } from "../../operation.ts"

interface Named {
  IdentityPoolId: string
  IdentityId?: string
  DatasetName?: string
}

/** `...:identitypool/<pool>[/identity/<id>[/dataset/<name>]]` (Service Authorization Reference, "Amazon Cognito Sync"). */
export function syncArn({ region, account }: Scope, { IdentityPoolId, IdentityId, DatasetName }: Named): string {
  let resource = `identitypool/${IdentityPoolId}`
  if (IdentityId !== undefined) resource += `/identity/${IdentityId}`
  if (DatasetName !== undefined) resource += `/dataset/${DatasetName}`
  return formatArn({ service: "cognito-sync", region, account, resource })
}
