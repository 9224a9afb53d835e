import { randomBytes } from "node:crypto"
import type { Deps } from "../../call.ts"
import type { KeyLoan } from "../../peers.ts"
import type { Keeper } from "../../service.ts"
import { type KeyRequirement, onKey } from "./access.ts"
import { findKeyName, type KeyName } from "./arns.ts"
import { decryptWith, encryptWith } from "./cryptography/algorithms.ts"
import { assertUsable } from "./cryptography/use.ts"
import { invalidArn } from "./errors.ts"
import { type GrantTerms, storeGrant, toGrant } from "./grants/create.ts"
import { deleteGrant, listGrants } from "./grants/record.ts"
import { findNamedKey, nameNotFound } from "./keys/find.ts"
import type { Key } from "./keys/record.ts"
import { ensureManagedKey } from "./managed-keys.ts"

const DATA_KEY_BYTES = 32

/** What KMS does for the other services of the server. */
export const keeper: Keeper = {
  async toUse(action, { key, encryptionContext, by }, deps) {
    const name = getName(key)
    await ensureManagedKey(name, { ...deps, account: name.account, region: name.region })
    const requirement: KeyRequirement = onKey(key, name, { encryptionContext })
    return { ...requirement, action, ...("sourceArn" in by && { sourceArn: by.sourceArn }) }
  },
  toLend: (loan) => ({ ...toGrant(termsOf(loan), getName(loan.key)), action: "kms:CreateGrant" }),

  async generateDataKey({ key: arn, encryptionContext }, deps) {
    const key = await openNamed(arn, deps)
    const plaintext = randomBytes(DATA_KEY_BYTES)
    return { keyArn: key.arn, plaintext, ciphertext: await encryptWith(deps, key, plaintext, { encryptionContext }) }
  },

  decrypt: async ({ key, encryptionContext }, ciphertext, deps) =>
    decryptWith(deps, await openNamed(key, deps), ciphertext, { encryptionContext }),

  async lend(loan, deps) {
    const key = await openNamed(loan.key, deps)
    const { account } = key.record
    await deps.store.transact(async (tx) => {
      const issuer = loan.to.sourceAccount || account
      await storeGrant(
        tx,
        key,
        termsOf(loan),
        { granteeIsService: loan.grantee === undefined, name: nameOf(loan), issuer },
        deps.clock.now(),
      )
    })
  },

  async giveBack(loan, { store }) {
    const key = await findNamedKey({ store }, getName(loan.key))
    if (!key) return
    await store.transact(async (tx) => {
      const where = { key_id: key.record.id, name: nameOf(loan), grantee: granteeOf(loan) }
      for (const grant of await listGrants(tx, where, "", GRANTS_AT_ONCE)) await deleteGrant(tx, grant)
    })
  },
}

/** Of one name there is one for each set of terms that it ever had. */
const GRANTS_AT_ONCE = 100

/** The grant is found again by the resource that it is for. */
const nameOf = ({ to, name }: Pick<KeyLoan, "to" | "name">): string => name ?? to.sourceArn

const granteeOf = ({ to, grantee }: Pick<KeyLoan, "to" | "grantee">): string => grantee ?? to.principal

/** The requests of a session name no source. */
const termsOf = ({ key, to, grantee, operations, encryptionContext }: KeyLoan): GrantTerms => ({
  keyId: key,
  operations,
  grantee: granteeOf({ to, ...(grantee !== undefined && { grantee }) }),
  constraints:
    grantee === undefined
      ? { EncryptionContextSubset: encryptionContext, SourceArn: to.sourceArn }
      : { EncryptionContextEquals: encryptionContext },
  isForAwsResource: true,
})

function getName(arn: string): KeyName {
  const name = findKeyName(arn)
  if (!name) throw invalidArn(arn)
  return name
}

async function openNamed(arn: string, deps: Pick<Deps, "store">): Promise<Key> {
  const name = getName(arn)
  const key = await findNamedKey(deps, name)
  if (!key) throw nameNotFound(name)
  assertUsable(key, "ENCRYPT_DECRYPT")
  return key
}
