import { requestTagContext } from "../../authorization/request-tags.ts"
import type { Requirement, RequirementContext } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"
import { functionArn } from "./arns.ts"
import { addressed, type NamesFunction } from "./functions/name.ts"

/**
 * The operation's own action on the function as it is addressed, its qualifier included: an alias is not resolved
 * (Developer Guide, "Resources and conditions for Lambda actions").
 */
export function onFunction(input: NamesFunction, scope: Scope): Requirement {
  const { qualifier, ...name } = addressed(input, scope)
  return { resource: functionArn(name, qualifier) }
}

/** The action on the function as a whole, whatever version the request names. */
export function onWholeFunction(input: NamesFunction, scope: Scope): Requirement {
  const { qualifier: _, ...name } = addressed(input, scope)
  return { resource: functionArn(name) }
}

/** Who gives a function its role must be allowed to pass it. */
export const passRole = (role: string, arn: string): Requirement => ({
  action: "iam:PassRole",
  resource: role,
  context: { "iam:PassedToService": "lambda.amazonaws.com", "iam:AssociatedResourceArn": arn },
})

/** Tags that come with a new resource are an action of their own. */
export function tagged(resource: string, tags: Record<string, string> | undefined): Requirement[] {
  if (tags === undefined || Object.keys(tags).length === 0) return []
  return [{ action: "lambda:TagResource", resource, context: requestTagContext(tags) }]
}

interface Configures {
  Layers?: string[] | undefined
  VpcConfig?: { SubnetIds?: string[] | undefined; SecurityGroupIds?: string[] | undefined } | undefined
}

/** Condition keys of requests that configure a function (service authorization reference, AWS Lambda). */
export function configurationContext({ Layers, VpcConfig }: Configures): RequirementContext {
  return {
    "lambda:Layer": listed(Layers),
    "lambda:SubnetIds": listed(VpcConfig?.SubnetIds),
    "lambda:SecurityGroupIds": listed(VpcConfig?.SecurityGroupIds),
  }
}

const listed = (values: string[] | undefined): string[] | undefined => (values?.length ? values : undefined)
