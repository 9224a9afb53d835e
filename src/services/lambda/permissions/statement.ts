import type { AddPermissionRequest } from "@aws-sdk/client-lambda"
import type { PrincipalDocument, StatementDocument } from "../../../policy/index.ts"
import { invalidPrincipal } from "./errors.ts"

/** A statement as AddPermission makes it; the order of the keys is that of the text which AWS tells. */
export interface PermissionStatement extends StatementDocument {
  Sid: string
  Effect: "Allow"
  Principal: PrincipalDocument
  Action: string
  Resource: string
}

/** Which members of a permission become which condition (recorded 2025-11; the last one: Developer Guide, "Control access to Lambda function URLs"). */
type Permission = Pick<
  AddPermissionRequest,
  | "StatementId"
  | "Action"
  | "Principal"
  | "SourceArn"
  | "SourceAccount"
  | "PrincipalOrgID"
  | "EventSourceToken"
  | "FunctionUrlAuthType"
  | "InvokedViaFunctionUrl"
>

/** `resource` is the ARN that was addressed, with its qualifier. */
export function makeStatement(permission: Permission, resource: string): PermissionStatement {
  const statement: PermissionStatement = {
    Sid: permission.StatementId as string,
    Effect: "Allow",
    Principal: parsePrincipal(permission.Principal as string),
    Action: permission.Action as string,
    Resource: resource,
  }
  const Condition = conditionOf(permission)
  return Condition ? { ...statement, Condition } : statement
}

/** Forms recorded 2025-11. That a user or role of the account is there is looked for where the statement is stored. */
function parsePrincipal(principal: string): PrincipalDocument {
  if (principal === "*") return "*"
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` }
  if (/^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:./.test(principal)) return { AWS: principal }
  if (SERVICE_PRINCIPAL.test(principal)) return { Service: principal }
  throw invalidPrincipal()
}

/** UNVERIFIED which names below amazonaws.com AWS takes for services that there are: all are taken here. */
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(?:\.[a-z0-9-]+){0,2}\.amazonaws\.com(?:\.cn)?$/

function conditionOf(permission: Permission): Record<string, Record<string, string>> | undefined {
  const { SourceArn, SourceAccount, PrincipalOrgID, EventSourceToken, FunctionUrlAuthType } = permission
  const equals = present({
    "AWS:SourceAccount": SourceAccount,
    "lambda:EventSourceToken": EventSourceToken,
    "lambda:FunctionUrlAuthType": FunctionUrlAuthType,
    "aws:PrincipalOrgID": PrincipalOrgID,
  })
  const like = present({ "AWS:SourceArn": SourceArn })
  const bool = present({
    "lambda:InvokedViaFunctionUrl":
      permission.InvokedViaFunctionUrl === undefined ? undefined : String(permission.InvokedViaFunctionUrl),
  })
  const condition = {
    ...(equals && { StringEquals: equals }),
    ...(like && { ArnLike: like }),
    ...(bool && { Bool: bool }),
  }
  return Object.keys(condition).length === 0 ? undefined : condition
}

function present(keys: Record<string, string | undefined>): Record<string, string> | undefined {
  const given = Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? undefined : Object.fromEntries(given)
}
