import type { Requirement } from "../../authorization/requirement.ts"
import { formatArn } from "../../base/arn.ts"
import type { Scope } from "../../operation.ts"

export const userPoolArn = (account: string, region: string, id: string): string =>
  formatArn({ service: "cognito-idp", region, account, resource: `userpool/${id}` })

/** The operation's own action on the pool that the request names. */
export const onUserPool = ({ UserPoolId }: { UserPoolId: string }, scope: Scope): Requirement => ({
  resource: userPoolArn(scope.account, scope.region, UserPoolId),
})

/** Who names a role for Cognito to use must be allowed to pass it. */
export function passRole(roleArn: string | undefined, associatedArn: string): Requirement[] {
  if (roleArn === undefined) return []
  return [
    {
      action: "iam:PassRole",
      resource: roleArn,
      context: { "iam:PassedToService": "cognito-idp.amazonaws.com", "iam:AssociatedResourceArn": associatedArn },
    },
  ]
}

/** The operation's own action on the pool, and that the role which the request names is passed. */
export function onUserPoolPassing(
  input: { UserPoolId: string },
  roleArn: string | undefined,
  scope: Scope,
): Requirement[] {
  const onPool = onUserPool(input, scope)
  return [onPool, ...passRole(roleArn, onPool.resource)]
}

/** `aws:RequestTag/...` and `aws:TagKeys`; undefined where the request sets no tags. */
export function tagContext(tags: Record<string, string> | undefined): Requirement["context"] {
  const keys = Object.keys(tags ?? {})
  if (tags === undefined || keys.length === 0) return undefined
  const context: Record<string, string | string[]> = { "aws:TagKeys": keys }
  for (const key of keys) context[`aws:RequestTag/${key}`] = tags[key]!
  return context
}
