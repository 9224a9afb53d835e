import type { DataKey } from "../../../base/encrypted-message.ts"
import type { CallContext } from "../../../call.ts"
import { invalidParameter } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { codeNotEncrypted } from "./errors.ts"

/*
 * The key under which codes are encrypted for custom senders. Whoever names it in a pool needs kms:CreateGrant, and the pool has
 * a grant by it from then on. Source: "Custom sender Lambda triggers", which says the encryption context, too.
 */

type PoolName = Pick<UserPool, "id" | "arn" | "account">

const senderOf = ({ arn, account }: PoolName) => ({
  principal: "cognito-idp.amazonaws.com",
  sourceArn: arn,
  sourceAccount: account,
})

export const encryptionContextOf = ({ id }: Pick<UserPool, "id">) => ({ "userpool-id": id })

/** Lends the pool its key, does what names it, and gives back the one that is named no more. */
export async function withSenderKey<T>(
  context: Pick<CallContext, "peers" | "assertAllowed">,
  pool: PoolName,
  { before, after }: { before: string | undefined; after: string | undefined },
  write: () => Promise<T>,
): Promise<T> {
  const { keys } = context.peers
  const giveBack = async (key: string | undefined, other: string | undefined) => {
    if (key !== undefined && key !== other) await keys.giveBack({ key, to: senderOf(pool) })
  }
  if (after !== undefined) {
    const loan = { key: after, to: senderOf(pool), encryptionContext: encryptionContextOf(pool) }
    const lent = await keys.lend({ ...loan, operations: ["GenerateDataKey", "Encrypt", "Decrypt"] }, context)
    if (lent.is === "refused") throw invalidParameter(lent.message) // UNVERIFIED code
  }
  try {
    const written = await write()
    await giveBack(before, after)
    return written
  } catch (error) {
    await giveBack(after, before)
    throw error
  }
}

/** A key for one code. */
export async function makeDataKey(
  { peers }: Pick<CallContext, "peers">,
  pool: PoolName,
  key: string,
  source: string,
): Promise<DataKey> {
  const made = await peers.keys.generateDataKey({
    key,
    by: senderOf(pool),
    encryptionContext: encryptionContextOf(pool),
  })
  if (made.is === "refused") throw codeNotEncrypted(source, made.message)
  return made
}
