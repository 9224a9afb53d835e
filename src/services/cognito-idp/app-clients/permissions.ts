import { notWritable } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { AppClient } from "./record.ts"

/**
 * Whether tokens of this client and answers to them show the attribute. A client without a list reads everything, also
 * what is added to the schema later (aws-cdk, `UserPoolClientOptions.readAttributes`: "all standard and custom
 * attributes"). `sub` is always shown.
 */
export function isReadable(client: AppClient, name: string): boolean {
  if (name === "sub") return true
  if (name.startsWith("dev:")) return false
  const list = client.settings.ReadAttributes
  return list === undefined || list.length === 0 || list.includes(name)
}

/** Whether a user may set the attribute through this client. Verification flags are not theirs. */
export function isWritable(client: AppClient, name: string): boolean {
  if (name.startsWith("dev:") || name === "email_verified" || name === "phone_number_verified") return false
  const list = client.settings.WriteAttributes
  return list === undefined || list.length === 0 || list.includes(name)
}

export function assertWritable(client: AppClient, pool: UserPool, names: Iterable<string>): void {
  for (const name of names) if (pool.attributes.has(name) && !isWritable(client, name)) throw notWritable()
}
