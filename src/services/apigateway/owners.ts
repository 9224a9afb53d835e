import type { Scope } from "../../operation.ts"

/** As the owner of records: an account in a region. */
export const ownerOf = ({ account, region }: Scope): string => `${account}/${region}`

export function scopeOf(owner: string): Scope {
  const [account = "", region = ""] = owner.split("/")
  return { account, region }
}
