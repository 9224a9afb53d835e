import type { Group } from "../groups/record.ts"
import type { ClaimChanges, GroupChanges, TokenChanges } from "../tokens/changes.ts"
import { preferredRole, USER_SCOPE } from "../tokens/claims.ts"
import type { User } from "../users/record.ts"
import { unrecognizableAnswer } from "./errors.ts"
import { attributesOf, clientMetadataOf, type Occasion } from "./event.ts"
import { runTrigger } from "./run.ts"
import type { Answers } from "./table.ts"

/** On which occasion there are tokens. Source: "Pre token generation Lambda trigger", trigger sources. */
export type TokenSource =
  | "TokenGeneration_Authentication"
  | "TokenGeneration_NewPasswordChallenge"
  | "TokenGeneration_AuthenticateDevice"
  | "TokenGeneration_RefreshTokens"
  | "TokenGeneration_HostedAuth"

/** PreTokenGeneration: may change the claims of the tokens, or refuse them. Undefined where the pool asks nobody. */
export async function askPreTokenGeneration(
  occasion: Occasion,
  source: TokenSource,
  user: User,
  groups: readonly Group[],
  scopes: readonly string[] = [USER_SCOPE],
): Promise<TokenChanges | undefined> {
  let isFirstVersion = true
  const answer = await runTrigger(occasion, "PreTokenGeneration", (version) => {
    isFirstVersion = version === "V1_0"
    return {
      source,
      userName: user.username,
      request: {
        userAttributes: attributesOf(occasion.pool, user),
        groupConfiguration: groupConfiguration(groups),
        ...(!isFirstVersion && { scopes }),
        ...clientMetadataOf(occasion),
      },
    }
  })
  return answer && readTokenChanges(answer, source, isFirstVersion)
}

/** What the function answers, taken for changes; throws where it cannot be. */
export function readTokenChanges(
  answer: Answers["PreTokenGeneration"],
  source: string,
  isFirstVersion = false,
): TokenChanges | undefined {
  const changes = isFirstVersion ? readFirst(answer) : readLater(answer)
  const fault = changes && faultOf(changes)
  if (fault !== undefined) throw unrecognizableAnswer("PreTokenGeneration", source, fault)
  return changes
}

const groupConfiguration = (groups: readonly Group[]) => ({
  groupsToOverride: groups.map(({ name }) => name),
  iamRolesToOverride: [...new Set(groups.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn])))],
  preferredRole: preferredRole(groups) ?? null,
})

const NONE: ClaimChanges = { add: {}, suppress: [], scopesToAdd: [], scopesToSuppress: [] }

/** V1_0 changes the claims of the ID token alone; groups are those of both. */
function readFirst({ claimsOverrideDetails: details }: Answers["PreTokenGeneration"]): TokenChanges | undefined {
  if (!details) return undefined
  const { claimsToAddOrOverride, claimsToSuppress } = details
  return {
    id: { ...NONE, add: claimsToAddOrOverride ?? {}, suppress: claimsToSuppress ?? [] },
    access: NONE,
    groups: groupChanges(details),
  }
}

function readLater({
  claimsAndScopeOverrideDetails: details,
}: Answers["PreTokenGeneration"]): TokenChanges | undefined {
  if (!details) return undefined
  const { idTokenGeneration: id, accessTokenGeneration: access } = details
  return {
    id: { ...NONE, add: id?.claimsToAddOrOverride ?? {}, suppress: id?.claimsToSuppress ?? [] },
    access: {
      add: access?.claimsToAddOrOverride ?? {},
      suppress: access?.claimsToSuppress ?? [],
      scopesToAdd: access?.scopesToAdd ?? [],
      scopesToSuppress: access?.scopesToSuppress ?? [],
    },
    groups: groupChanges(details),
  }
}

/** What is there and empty, or null, takes the groups out with their roles; what is not there leaves them. */
function groupChanges(
  details: NonNullable<Answers["PreTokenGeneration"]["claimsOverrideDetails"]>,
): GroupChanges | undefined {
  if (details.groupOverrideDetails === undefined) return undefined
  const { groupsToOverride, iamRolesToOverride, preferredRole: preferred } = details.groupOverrideDetails ?? {}
  return { groups: groupsToOverride ?? [], roles: iamRolesToOverride ?? [], preferredRole: preferred ?? undefined }
}

/** Source: "Quotas in Amazon Cognito". */
const CHANGES_AT_MOST = 5_000
/** Claims that OpenID Connect gives a form of its own to; the same page. */
const SIMPLE = ["phone_number_verified", "email_verified", "updated_at", "address"]

/** What is wrong with the changes. UNVERIFIED: that each is refused as nonsense is. */
function faultOf({ id, access }: TokenChanges): string | undefined {
  const count = [id, access].reduce(
    (sum, { add, ...lists }) =>
      sum + Object.keys(add).length + Object.values(lists).reduce((length, list) => length + list.length, 0),
    0,
  )
  if (count > CHANGES_AT_MOST) return `it changes ${count} claims and scopes; ${CHANGES_AT_MOST} at most`
  if (access.scopesToAdd.some((scope) => /\s/.test(scope))) return "a scope of it holds a blank"
  const complex = SIMPLE.find((name) => isComplex(id.add[name]) || isComplex(access.add[name]))
  return complex && `the claim ${complex} cannot be a list or an object`
}

const isComplex = (value: unknown): boolean => typeof value === "object" && value !== null
