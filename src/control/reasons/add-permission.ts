const FUNCTION = /^arn:[^:]+:lambda:[^:]+:[^:]+:function:([^:]+)(?::(.+))?$/

export const isFunctionArn = (arn: string): boolean => FUNCTION.test(arn)

export interface WantedPermission {
  /** The ARN of the function, version or alias that is addressed. */
  resource: string
  action: string
  statementId: string
  principal: string
  /** The source's ARN, where a service calls for a resource. */
  sourceArn?: string
  /** Further arguments, as `--function-url-auth-type NONE`. */
  more?: string
}

/** The command that lets somebody in: a function's policy is changed by AddPermission alone. */
export function addPermissionCommand({
  resource,
  action,
  statementId,
  principal,
  sourceArn,
  more,
}: WantedPermission): string {
  const [, name = "", qualifier] = FUNCTION.exec(resource) ?? []
  return [
    `aws lambda add-permission --function-name ${name}`,
    qualifier === undefined ? [] : `--qualifier '${qualifier}'`,
    `--statement-id ${statementId} --action ${action} --principal ${principal}`,
    sourceArn === undefined ? [] : `--source-arn ${sourceArn}`,
    more ?? [],
  ]
    .flat()
    .join(" ")
}
