import { parseArn } from "../../base/arn.ts"
import type { Reading } from "../../store/store.ts"
import { parseIamArn } from "./arns.ts"
import { arnOf, findIdentity, findIdentityById } from "./identities/record.ts"

/*
 * A policy that names a user or a role means that very one. So its ARN is replaced by its unique id when the policy is
 * written, and shown as its ARN again for as long as it lives: once it is deleted the id stays, and one that is made
 * anew under the same name is another. Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */

/** A resource policy that has been validated, its users and roles as unique ids; or the first principal that does not
 * exist. */
export async function storePrincipals(
  tx: Reading,
  document: string,
): Promise<{ document: string } | { unknown: string }> {
  let unknown: string | undefined
  const stored = await replacePrincipals(document, async (principal) => {
    const id = await storedForm(tx, principal)
    if (id === undefined) unknown ??= principal
    return id ?? principal
  })
  return unknown === undefined ? { document: stored } : { unknown }
}

/** The policy as its readers see it. */
export const showPrincipals = (tx: Reading, document: string): Promise<string> =>
  replacePrincipals(document, async (principal) => {
    if (!/^A(?:IDA|ROA)/.test(principal)) return principal
    const identity = await findIdentityById(tx, principal)
    return identity ? arnOf(identity) : principal
  })

/** Undefined where there is no such principal. */
async function storedForm(tx: Reading, principal: string): Promise<string | undefined> {
  if (principal === "*" || /^\d{12}$/.test(principal)) return principal
  if (/^A(?:IDA|ROA)[A-Z0-9]+$/.test(principal)) return (await findIdentityById(tx, principal)) ? principal : undefined
  const arn = parseArn(principal)
  if (!arn || !/^\d{12}$/.test(arn.account)) return undefined
  if (arn.service === "iam" && arn.resource === "root") return principal
  if (arn.service === "sts") return (await isSession(tx, arn.account, arn.resource)) ? principal : undefined
  const named = parseIamArn(principal)
  if (named?.type !== "user" && named?.type !== "role") return undefined
  const identity = await findIdentity(tx, named.account, named.type, named.name)
  return identity && arnOf(identity) === principal ? identity.id : undefined
}

/** `assumed-role/ROLE/SESSION` of a role that is there, or `federated-user/NAME`. UNVERIFIED that AWS looks for the
 * role. */
async function isSession(tx: Reading, account: string, resource: string): Promise<boolean> {
  const [type, name = "", session, ...more] = resource.split("/")
  if (type === "federated-user") return name !== "" && session === undefined
  if (type !== "assumed-role" || !session || more.length > 0) return false
  return (await findIdentity(tx, account, "role", name))?.name === name
}

type Replace = (principal: string) => Promise<string>

/** The text itself where nothing was replaced; else the document without its whitespace. */
async function replacePrincipals(text: string, replace: Replace): Promise<string> {
  const document = JSON.parse(text)
  let changed = false
  for (const statement of [document.Statement].flat()) {
    for (const element of ["Principal", "NotPrincipal"]) {
      const principal = statement?.[element]
      if (typeof principal !== "object" || principal === null || !Object.hasOwn(principal, "AWS")) continue
      const before: unknown[] = [principal.AWS].flat()
      const after = []
      for (const value of before) after.push(typeof value === "string" ? await replace(value) : value)
      if (after.every((value, i) => value === before[i])) continue
      principal.AWS = Array.isArray(principal.AWS) ? after : after[0]
      changed = true
    }
  }
  return changed ? JSON.stringify(document) : text
}
