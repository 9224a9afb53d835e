import type { Scope } from "../../../operation.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import { ownerOf } from "../owners.ts"

/** What an account has set for API Gateway in a region. */
export interface AccountSettings {
  /** The role as which logs are written. */
  cloudwatchRoleArn?: string
}

const KIND = "apigateway.account"
const ID = "account"
const accounts = collection<AccountSettings>("account", { cache: { kind: KIND, key: (owner) => owner } })

export const readAccount = async (tx: Reading, scope: Scope): Promise<AccountSettings> =>
  (await accounts.read(tx, ownerOf(scope), ID)) ?? {}
export const putAccount = (tx: Writing, scope: Scope, settings: AccountSettings): Promise<void> =>
  accounts.put(tx, ownerOf(scope), ID, settings)

const load = (tx: Reading, owner: string): Promise<AccountSettings | undefined> => accounts.read(tx, owner, ID)

/** ARN of the role as which the logs of an account's APIs are written; undefined where none is set. */
export function findLoggingRole(store: Store, scope: Scope): string | undefined | Promise<string | undefined> {
  const found = store.cache(KIND, load).find(ownerOf(scope))
  return found instanceof Promise ? found.then((settings) => settings?.cloudwatchRoleArn) : found?.cloudwatchRoleArn
}
