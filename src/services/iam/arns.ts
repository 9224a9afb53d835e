import { parseArn } from "../../base/arn.ts"

/** The ARN of an entity with a name and a path (`/` or `/a/b/`). */
export const iamArn = (account: string, type: string, path: string, name: string): string =>
  `arn:aws:iam::${account}:${type}${path}${name}`

export interface IamName {
  account: string
  type: string
  path: string
  name: string
}

/** The account, path and name in `arn:aws:iam::111122223333:role/a/b/name`. */
export function parseIamArn(text: string): IamName | undefined {
  const arn = parseArn(text)
  if (arn?.service !== "iam" || arn.region !== "") return undefined
  const first = arn.resource.indexOf("/")
  const last = arn.resource.lastIndexOf("/")
  if (first < 1 || last === arn.resource.length - 1) return undefined
  return {
    account: arn.account,
    type: arn.resource.slice(0, first),
    path: arn.resource.slice(first, last + 1),
    name: arn.resource.slice(last + 1),
  }
}
