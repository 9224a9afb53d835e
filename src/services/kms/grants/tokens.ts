import { type MasterKey, open, seal, UnsealError } from "../../../base/master-key.ts"
import type { Deps } from "../../../call.ts"
import { invalidGrantToken } from "../errors.ts"
import { type Grant, readGrant } from "./record.ts"

const PURPOSE = "kms-grant-token"

/** Stands for a grant, and says nothing to who has it. */
export const formatGrantToken = (masterKey: MasterKey, grantId: string): string =>
  seal(masterKey, PURPOSE, Buffer.from(grantId, "hex")).toString("base64")

/** The id of the grant that the token stands for. */
export function parseGrantToken(masterKey: MasterKey, token: string): string {
  try {
    return open(masterKey, PURPOSE, Buffer.from(token, "base64")).toString("hex")
  } catch (error) {
    if (error instanceof UnsealError) throw invalidGrantToken()
    throw error
  }
}

/** The grants that are still there. A token outlives its grant, and then allows nothing. */
export async function readTokens(
  { store, masterKey }: Pick<Deps, "store" | "masterKey">,
  tokens: readonly string[],
): Promise<Grant[]> {
  const ids = [...new Set(tokens.map((token) => parseGrantToken(masterKey, token)))]
  return store.read(async (tx) => {
    const found: Grant[] = []
    for (const id of ids) {
      const grant = await readGrant(tx, id)
      if (grant) found.push(grant)
    }
    return found
  })
}
