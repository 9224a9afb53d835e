import { GetSigningCertificateCommand } from "@aws-sdk/client-cognito-identity-provider"
import { openText, seal } from "../../../base/master-key.ts"
import type { Deps } from "../../../call.ts"
import { createKeyWithCertificate, type KeyWithCertificate } from "../../../federation/saml/certificate.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { assertPoolThere, getUserPool } from "../user-pools/record.ts"
import { TEN_YEARS_MILLISECONDS } from "./saml-details.ts"

const PURPOSE = "cognito-idp.saml-signing-key"

/** The key that a pool signs its requests to SAML providers with; made when it is first needed. */
export async function getRequestKey(
  { store, masterKey, clock }: Pick<Deps, "store" | "masterKey" | "clock">,
  poolId: string,
): Promise<KeyWithCertificate> {
  const find = async (tx: Reading): Promise<KeyWithCertificate | undefined> => {
    const row = await tx.get<{ sealed: Uint8Array }>("SELECT sealed FROM idp_saml_keys WHERE pool_id = $1", poolId)
    return row && JSON.parse(openText(masterKey, PURPOSE, row.sealed))
  }
  const known = await store.read(find)
  if (known) return known
  const now = clock.now()
  const made = await createKeyWithCertificate(poolId, now, now + TEN_YEARS_MILLISECONDS)
  const sealed = seal(masterKey, PURPOSE, JSON.stringify(made))
  // Another call or node may have been faster: what is stored first counts.
  return store.transact(async (tx) => {
    await assertPoolThere(tx, poolId)
    await tx.run(
      "INSERT INTO idp_saml_keys (pool_id, sealed) VALUES ($1, $2) ON CONFLICT (pool_id) DO NOTHING",
      poolId,
      sealed,
    )
    return (await find(tx))!
  })
}

/** Source: GetSigningCertificate: X.509 in base64, for providers to hold requests against. */
export const GetSigningCertificate = operation(GetSigningCertificateCommand, {
  access: onUserPool,
  async handle({ UserPoolId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return { Certificate: (await getRequestKey(context, pool.id)).certificate }
  },
})
