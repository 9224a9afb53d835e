import {
  GetUICustomizationCommand,
  SetUICustomizationCommand,
  type UICustomizationType,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../../operation.ts"
import type { Store } from "../../../../store/store.ts"
import { onUserPool } from "../../access.ts"
import { getClient } from "../../app-clients/record.ts"
import { domainsOf } from "../../domains/record.ts"
import { domainMissing, invalidParameter } from "../../errors.ts"
import { WHOLE_POOL } from "../../user-pools/documents.ts"
import { getUserPool, type UserPool } from "../../user-pools/record.ts"
import { isPicture } from "../assets.ts"
import { imageFamily } from "../record.ts"
import { parseClassicCss } from "./css.ts"
import { type ClassicLogo, type ClassicStyle, putClassicStyle, readClassicStyle } from "./record.ts"

/** Source: "Customizing hosted UI (classic) branding": 100 KB, PNG or JPEG. */
const LOGO_BYTES = 100 * 1024

/** `ALL` is every client without one of its own. */
async function scopeOf(store: Store, pool: UserPool, clientId: string | undefined): Promise<string> {
  if (clientId === undefined || clientId === "ALL") return WHOLE_POOL
  return (await getClient(store, pool, clientId)).id
}

const describe = (poolId: string, scope: string, { css, logo, createdAt, modifiedAt }: ClassicStyle, base: string) =>
  ({
    UserPoolId: poolId,
    ClientId: scope === WHOLE_POOL ? "ALL" : scope,
    ...(logo && { ImageUrl: `${base}/assets/logo?client_id=${scope === WHOLE_POOL ? "ALL" : scope}&v=${modifiedAt}` }),
    ...(css !== undefined && { CSS: css }),
    CSSVersion: new Date(modifiedAt).toISOString().replace(/\D/g, "").slice(0, 14),
    LastModifiedDate: new Date(modifiedAt),
    CreationDate: new Date(createdAt),
  }) satisfies UICustomizationType

function extensionOf(image: Uint8Array): ClassicLogo["extension"] {
  if (image.length > LOGO_BYTES) throw invalidParameter("request parameters too large") // UNVERIFIED of the image alone
  const extension = (["PNG", "JPEG"] as const).find((one) => isPicture(one, image))
  if (!extension) throw invalidParameter("The image must be a PNG or JPEG file.") // UNVERIFIED text
  return extension
}

/** CSS and logo are set together: what is left out is there no more. UNVERIFIED. */
export const SetUICustomization = operation(SetUICustomizationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, CSS, ImageFile }, context) {
    const { store, bytes } = context
    const pool = await getUserPool(UserPoolId, context)
    const scope = await scopeOf(store, pool, ClientId)
    if (CSS !== undefined) parseClassicCss(CSS)
    const hasLogo = ImageFile !== undefined && ImageFile.length > 0
    const extension = hasLogo ? extensionOf(ImageFile) : undefined
    const written = hasLogo ? await bytes.write([ImageFile], { family: imageFamily(pool.id) }) : undefined
    const now = context.clock.now()
    try {
      const { style, domains } = await store.transact(async (tx) => {
        const domains = await domainsOf(tx, pool.id)
        if (domains.length === 0) throw domainMissing()
        const previous = await readClassicStyle(tx, pool.id, scope)
        const style: ClassicStyle = {
          ...(CSS !== undefined && { css: CSS }),
          ...(written && extension && { logo: { extension, segment: { id: written.id, size: written.size } } }),
          createdAt: previous?.createdAt ?? now,
          modifiedAt: now,
        }
        if (written) await bytes.keep(tx, written)
        await putClassicStyle(tx, bytes, pool.id, scope, style)
        return { style, domains }
      })
      return { UICustomization: describe(pool.id, scope, style, pagesOf(context.endpoint.url, domains)) }
    } catch (error) {
      if (written) await bytes.discard(written)
      throw error
    }
  },
})

/** Where the pool's pages are that whoever reaches the server also reaches. */
const pagesOf = (url: string, [domain]: { region: string; domain: string }[]): string =>
  domain ? `${url}/_auth/${domain.region}/${domain.domain}` : url

/** The client's own, else what holds for all of them, else nothing. Source: GetUICustomization. */
export const GetUICustomization = operation(GetUICustomizationCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId }, context) {
    const { store } = context
    const pool = await getUserPool(UserPoolId, context)
    const scope = await scopeOf(store, pool, ClientId)
    return store.read(async (tx) => {
      for (const one of new Set([scope, WHOLE_POOL])) {
        const style = await readClassicStyle(tx, pool.id, one)
        if (!style) continue
        const base = pagesOf(context.endpoint.url, await domainsOf(tx, pool.id))
        return { UICustomization: describe(pool.id, one, style, base) }
      }
      return { UICustomization: {} }
    })
  },
})
