import type { Requirement } from "../../authorization/requirement.ts"
import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import type { Reading, Store } from "../../store/store.ts"
import { showPrincipals } from "../iam/service.ts"
import type { FunctionRecord } from "./functions/record.ts"
import { policyDocument, readStatements } from "./permissions/record.ts"
import type { PermissionStatement } from "./permissions/statement.ts"
import { readUrl } from "./urls/record.ts"

/*
 * Condition keys of requests that name what is there and do not say what it is (service authorization reference, AWS Lambda): of
 * which type a URL is, and for whom a permission is that is taken away.
 */

/** A permission on the statement of a function's policy. */
export interface StatementRequirement extends Requirement {
  statementId: string
}

/** The store is asked for what a request can name alone: other engines take no other text. */
const POSSIBLE = /^[a-zA-Z0-9-_$]{1,128}$/

type Place = { functionId: string; alias: string | undefined }
type Find = (tx: Reading, place: Place, requirement: Requirement) => Promise<ResourceFacts["context"]>

async function urlKeys(tx: Reading, place: Place): Promise<ResourceFacts["context"]> {
  const url = await readUrl(tx, place)
  return url && { "lambda:FunctionUrlAuthType": url.body.authType }
}

async function statementKeys(tx: Reading, { functionId, alias }: Place, requirement: Requirement) {
  const { statementId } = requirement as Partial<StatementRequirement>
  const statements = await readStatements(tx, { functionId, qualifier: alias })
  const found = statements.find(({ Sid }) => Sid === statementId)
  if (!found) return undefined
  const shown = JSON.parse(await showPrincipals(tx, policyDocument([found]))).Statement[0] as PermissionStatement
  const authType = found.Condition?.StringEquals?.["lambda:FunctionUrlAuthType"]
  return {
    "lambda:Principal": principalOf(shown.Principal),
    ...(typeof authType === "string" && { "lambda:FunctionUrlAuthType": authType }),
  }
}

/** As AddPermission was told it. */
function principalOf(principal: PermissionStatement["Principal"]): string {
  if (typeof principal === "string") return principal
  const [named = ""] = [Object.values(principal)[0] ?? ""].flat()
  return /^arn:aws[a-z-]*:iam::(\d{12}):root$/.exec(named)?.[1] ?? named
}

const FINDS: Readonly<Record<string, Find>> = {
  "lambda:GetFunctionUrlConfig": urlKeys,
  "lambda:UpdateFunctionUrlConfig": urlKeys,
  "lambda:DeleteFunctionUrlConfig": urlKeys,
  "lambda:ListFunctionUrlConfigs": urlKeys,
  "lambda:RemovePermission": statementKeys,
}

export const hasStateFacts = (action: string): boolean => Object.hasOwn(FINDS, action)

/** The facts of the function, and what the action is about of it. */
export async function stateFacts(
  store: Store,
  facts: ResourceFacts,
  record: FunctionRecord | undefined,
  alias: string | undefined,
  { action, ...requirement }: Requirement & { action: string },
): Promise<ResourceFacts> {
  if (!record || (alias !== undefined && !POSSIBLE.test(alias))) return facts
  const context = await store.read((tx) => FINDS[action]!(tx, { functionId: record.id, alias }, requirement))
  return context ? { ...facts, context } : facts
}
