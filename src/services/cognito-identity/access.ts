import type { Scope } from "../../operation.ts"
import { poolArn } from "./arns.ts"

/** The permission that an operation on one pool needs. */
export const onPool = ({ IdentityPoolId }: { IdentityPoolId: string }, { region, account }: Scope) => ({
  resource: poolArn(region, account, IdentityPoolId),
})

export const onResourceArn = ({ ResourceArn }: { ResourceArn: string }) => ({ resource: ResourceArn })

/** The condition keys of tags that a request passes. */
export const tagContext = (tags: Readonly<Record<string, string>> | undefined): Record<string, string | string[]> =>
  tags === undefined || Object.keys(tags).length === 0
    ? {}
    : {
        "aws:TagKeys": Object.keys(tags),
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      }
