import type { Requirement } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"
import { type GroupName, parseGroupArn, streamArn } from "./arns.ts"
import { invalidParameter } from "./errors.ts"

/** How requests name a group: by its name, or by `logGroupIdentifier`, which is its name or its ARN. */
export interface NamesGroup {
  logGroupName?: string | undefined
  logGroupIdentifier?: string | undefined
}

/** UNVERIFIED: both texts. */
export function groupOf({ logGroupName, logGroupIdentifier }: NamesGroup, { account, region }: Scope): GroupName {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw invalidParameter("LogGroup name and LogGroup identifier cannot be specified at the same time.")
  const text = logGroupName ?? logGroupIdentifier
  if (text === undefined) throw invalidParameter("Either LogGroup name or LogGroup identifier must be specified.")
  if (!text.startsWith("arn:")) return { account, region, name: text }
  const group = parseGroupArn(text)
  if (!group || text.endsWith(":*")) throw invalidParameter(`The specified ARN is not that of a log group: ${text}`)
  return group
}

/** Service Authorization Reference, "Amazon CloudWatch Logs": actions whose resource is a log group. */
export const onGroup = (input: NamesGroup, scope: Scope): Requirement => ({
  resource: streamArn(groupOf(input, scope)),
})

/** Those whose resource is a log stream. */
export const onStream = (input: NamesGroup & { logStreamName: string }, scope: Scope): Requirement => ({
  resource: streamArn(groupOf(input, scope), input.logStreamName),
})
