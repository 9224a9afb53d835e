import {
  DescribeRiskConfigurationCommand,
  type RiskConfigurationType,
  SetRiskConfigurationCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { getClient } from "../app-clients/record.ts"
import { invalidParameter } from "../errors.ts"
import { findDocument, putDocument, WHOLE_POOL } from "./documents.ts"
import { getUserPool } from "./record.ts"

type Settings = Omit<RiskConfigurationType, "UserPoolId" | "ClientId" | "LastModifiedDate">

interface RiskDocument {
  settings: Settings
  modifiedAt: number
}

const describe = (poolId: string, clientId: string | undefined, document: RiskDocument | undefined) => ({
  UserPoolId: poolId,
  ...(clientId !== undefined && { ClientId: clientId }),
  ...document?.settings,
  ...(document && { LastModifiedDate: new Date(document.modifiedAt) }),
})

/** Kept and described. No sign-in is rated here, so it changes none. A part that is null is taken away. */
export const SetRiskConfiguration = operation(SetRiskConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, ...parts }, context) {
    const pool = await getUserPool(UserPoolId, context)
    if (ClientId !== undefined) await getClient(context.store, pool, ClientId)
    const ranges = parts.RiskExceptionConfiguration
    for (const range of [...(ranges?.BlockedIPRangeList ?? []), ...(ranges?.SkippedIPRangeList ?? [])])
      if (!/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(range)) throw invalidParameter(`Invalid IP range: ${range}`) // UNVERIFIED text
    const settings = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined && part !== null))
    const document: RiskDocument = { settings, modifiedAt: context.clock.now() }
    await context.store.transact((tx) => putDocument(tx, pool.id, "risk", ClientId ?? WHOLE_POOL, document))
    return { RiskConfiguration: describe(pool.id, ClientId, document) }
  },
})

/** A client without one of its own has the pool's. Source: DescribeRiskConfiguration. */
export const DescribeRiskConfiguration = operation(DescribeRiskConfigurationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    if (ClientId !== undefined) await getClient(context.store, pool, ClientId)
    return context.store.read(async (tx) => {
      const own = ClientId && (await findDocument<RiskDocument>(tx, pool.id, "risk", ClientId))
      if (own) return { RiskConfiguration: describe(pool.id, ClientId, own) }
      const document = await findDocument<RiskDocument>(tx, pool.id, "risk")
      return { RiskConfiguration: describe(pool.id, undefined, document) }
    })
  },
})
