import { WireError } from "../../../../wire/errors.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import { findProvider, type IdentityProvider, putProvider } from "../../identity-providers/record.ts"
import { fetchMetadata, readMetadata } from "../../identity-providers/saml-details.ts"

/** Source: "Things to know about SAML IdPs in Amazon Cognito user pools": every 6 hours, or when the metadata expires. */
const FRESH_MILLISECONDS = 6 * 3600 * 1000
/** A provider that does not answer is asked again after this long; what it said before counts meanwhile. */
const RETRY_MILLISECONDS = 10 * 60 * 1000

/** The provider with its metadata as it publishes it now: keys may have been replaced. */
export async function freshProvider({ deps, pool }: Hosted, provider: IdentityProvider): Promise<IdentityProvider> {
  const { metadata, details } = provider
  const now = deps.clock.now()
  const isFresh = metadata && Math.abs(now - metadata.readAt) < FRESH_MILLISECONDS
  if (isFresh || details.MetadataFile || !details.MetadataURL) return provider
  const read = await readAgain({ deps }, details.MetadataURL)
  const change = (known: IdentityProvider): IdentityProvider =>
    read
      ? { ...known, details: { ...known.details, ...read.urls }, metadata: { text: read.text, readAt: now } }
      : {
          ...known,
          metadata: { text: known.metadata?.text ?? "", readAt: now - FRESH_MILLISECONDS + RETRY_MILLISECONDS },
        }
  return deps.store.transact(async (tx) => {
    const known = await findProvider(tx, deps.masterKey, pool.id, provider.name)
    // Settings that were changed meanwhile were read anew with them.
    if (!known || known.details.MetadataURL !== details.MetadataURL) return known ?? provider
    const changed = change(known)
    await putProvider(tx, deps.masterKey, pool.id, changed)
    return changed
  })
}

async function readAgain({ deps }: Pick<Hosted, "deps">, url: string) {
  const text = await fetchMetadata(deps, url)
  if (text === undefined) return undefined
  try {
    return { text, urls: readMetadata(text) }
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
