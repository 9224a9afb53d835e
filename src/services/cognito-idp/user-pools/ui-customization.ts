import {
  GetUICustomizationCommand,
  SetUICustomizationCommand,
  type UICustomizationType,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import type { Store } from "../../../store/store.ts"
import { onUserPool } from "../access.ts"
import { getClient } from "../app-clients/record.ts"
import { domainsOf } from "../domains/record.ts"
import { domainMissing, notSupportedHere } from "../errors.ts"
import { findDocument, putDocument, WHOLE_POOL } from "./documents.ts"
import { getUserPool, type UserPool } from "./record.ts"

/** Times are milliseconds since the epoch. */
interface UICustomization {
  css?: string
  createdAt: number
  modifiedAt: number
}

/** `ALL` is every client without one of its own. */
async function scopeOf(store: Store, pool: UserPool, clientId: string | undefined): Promise<string> {
  if (clientId === undefined || clientId === "ALL") return WHOLE_POOL
  return (await getClient(store, pool, clientId)).id
}

const describe = (poolId: string, scope: string, { css, createdAt, modifiedAt }: UICustomization) =>
  ({
    UserPoolId: poolId,
    ClientId: scope === WHOLE_POOL ? "ALL" : scope,
    ...(css !== undefined && { CSS: css }),
    CSSVersion: new Date(modifiedAt).toISOString().replace(/\D/g, "").slice(0, 14),
    LastModifiedDate: new Date(modifiedAt),
    CreationDate: new Date(createdAt),
  }) satisfies UICustomizationType

/** Kept and described; there are no pages yet that show it. */
export const SetUICustomization = operation(SetUICustomizationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, CSS, ImageFile }, context) {
    const { store } = context
    const pool = await getUserPool(UserPoolId, context)
    const scope = await scopeOf(store, pool, ClientId)
    if (ImageFile !== undefined) throw notSupportedHere("A logo of the sign-in pages")
    const now = context.clock.now()
    const document = await store.transact(async (tx) => {
      if ((await domainsOf(tx, pool.id)).length === 0) throw domainMissing()
      const previous = await findDocument<UICustomization>(tx, pool.id, "ui-customization", scope)
      const document = {
        ...(CSS !== undefined && { css: CSS }),
        createdAt: previous?.createdAt ?? now,
        modifiedAt: now,
      }
      await putDocument(tx, pool.id, "ui-customization", scope, document)
      return document
    })
    return { UICustomization: describe(pool.id, scope, document) }
  },
})

/** The client's own, else what holds for all of them, else nothing. Source: GetUICustomization. */
export const GetUICustomization = operation(GetUICustomizationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const { store } = context
    const pool = await getUserPool(UserPoolId, context)
    const scope = await scopeOf(store, pool, ClientId)
    return store.read(async (tx) => {
      for (const one of new Set([scope, WHOLE_POOL])) {
        const document = await findDocument<UICustomization>(tx, pool.id, "ui-customization", one)
        if (document) return { UICustomization: describe(pool.id, one, document) }
      }
      return { UICustomization: {} }
    })
  },
})
