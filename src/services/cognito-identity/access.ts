import type { Scope } from "../../operation.ts"
import { poolArn } from "./arns.ts"

/** The permission that an operation on one pool needs. */
export const onPool = ({ IdentityPoolId }: { IdentityPoolId: string }, { region, account }: Scope) => ({
  resource: poolArn(region, account, IdentityPoolId),
})

export const onResourceArn = ({ ResourceArn }: { ResourceArn: string }) => ({ resource: ResourceArn })
