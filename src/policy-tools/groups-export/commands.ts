import type { PolicyDocument } from "../../policy/index.ts"
import type { Plan, PlannedRole } from "./plan.ts"
import { NOTES, parameterNames } from "./template.ts"

/** The same as AWS CLI commands, for a POSIX shell. Ids of AWS are variables that are to be set first. */
export function commandsOf(plan: Plan): string {
  const { roles, poolRoles, userPools, pool } = plan
  const names = parameterNames(userPools)
  const arnOf = (name: string): string => {
    const { path } = roles.find((role) => role.name === name)!
    return `"arn:aws:iam::$ACCOUNT_ID:role${path}${name}"`
  }
  const mappings: string[] = []
  const groups: string[] = []
  for (const [i, userPool] of userPools.entries()) {
    const { id, clients } = names[i]!
    for (const client of clients)
      mappings.push(
        `"cognito-idp.'"$REGION"'.amazonaws.com/'"$${variable(id)}"':'"$${variable(client)}"'":{"Type":"Token","AmbiguousRoleResolution":"${userPool.otherwise}"}`,
      )
    for (const { name, precedence, role } of userPool.groups)
      groups.push(
        `aws cognito-idp update-group --user-pool-id "$${variable(id)}" --group-name ${quote(name)} --precedence ${precedence}${role === undefined ? "" : ` --role-arn ${arnOf(role)}`}`,
      )
  }
  const attached = Object.entries(poolRoles).map(([kind, role]) => `${kind}=${arnOf(role)}`)
  return [
    ...NOTES.map((note) => `# ${note}`),
    "set -eu",
    `# In the place of this server's: ${pool.poolId}${userPools.map(({ userPoolId, clientIds }) => `, ${userPoolId} (${clientIds.join(", ")})`).join("")}`,
    ...["IdentityPoolId", ...names.flatMap(({ id, clients }) => [id, ...clients])].map(
      (name) => `: "\${${variable(name)}:?is not set}"`,
    ),
    'ACCOUNT_ID="$(aws sts get-caller-identity --query Account --output text)"',
    'REGION="${AWS_REGION:-$(aws configure get region)}"',
    "",
    ...roles.flatMap((role) => [...commandsOfRole(role, plan), ""]),
    ...groups,
    "",
    `aws cognito-identity set-identity-pool-roles --identity-pool-id "$IDENTITY_POOL_ID" --roles ${attached.join(",")}${mappings.length === 0 ? "" : ` --role-mappings '{${mappings.join(",")}}'`}`,
    "",
  ].join("\n")
}

/** `UserPoolId` is `USER_POOL_ID`. */
const variable = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase()

function commandsOfRole({ name, path, trust, inline, managedArns, boundary, tags }: PlannedRole, plan: Plan): string[] {
  const isOwn = boundary && !boundary.arn.startsWith("arn:aws:iam::aws:")
  const limit = boundary && (isOwn ? `"arn:aws:iam::$ACCOUNT_ID:policy/${boundary.name}"` : boundary.arn)
  const pairs = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return [
    ...(isOwn
      ? [
          `aws iam create-policy --policy-name ${quote(boundary.name)} --policy-document ${documentOf(boundary.document, plan)}`,
        ]
      : []),
    `aws iam create-role --role-name ${quote(name)}${path === "/" ? "" : ` --path ${quote(path)}`} --assume-role-policy-document ${documentOf(trust, plan)}${limit ? ` --permissions-boundary ${limit}` : ""}${pairs.length === 0 ? "" : ` --tags ${quote(JSON.stringify(pairs))}`}`,
    ...inline.map(
      (one) =>
        `aws iam put-role-policy --role-name ${quote(name)} --policy-name ${quote(one.name)} --policy-document ${documentOf(one.document, plan)}`,
    ),
    ...managedArns.map((arn) => `aws iam attach-role-policy --role-name ${quote(name)} --policy-arn ${arn}`),
  ]
}

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** A quoted document, in which the quotes are left for the account and the pool of AWS. */
const documentOf = (document: PolicyDocument, { account, pool }: Plan): string =>
  `'${JSON.stringify(document).replaceAll("'", `'\\''`)}'`
    .replaceAll(`:${account}:`, `:'"$ACCOUNT_ID"':`)
    .replaceAll(pool.poolId, `'"$IDENTITY_POOL_ID"'`)
