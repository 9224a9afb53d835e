import type { EventSourceMappingConfiguration, FilterCriteria } from "@aws-sdk/client-lambda"
import { BoundedCache } from "../../../../base/bounded-cache.ts"
import { MasterKey, openText, seal as sealUnder } from "../../../../base/master-key.ts"
import type { CallContext, Deps } from "../../../../call.ts"
import type { Keys, KeyUser } from "../../../../peers.ts"
import type { Store } from "../../../../store/store.ts"
import { WireError } from "../../../../wire/errors.ts"
import { filterKeyRefused } from "../errors.ts"
import { type Mapping, mappingArn } from "../record.ts"
import { type Asked, changeSettings, type SealedFilters, type Settings } from "../settings.ts"

/*
 * Filter criteria under a customer's key of KMS (Developer Guide, "Encryption of filter criteria"): whoever sets them needs
 * kms:GenerateDataKey, whoever looks at them kms:Decrypt, and the key's policy lets Lambda itself decrypt them to read the source. The encryption
 * context names source and function (the same guide, "Data encryption at rest for AWS Lambda").
 */

const PURPOSE = "lambda.filter-criteria"
const LAMBDA = "lambda.amazonaws.com"

type Sealed = Pick<Mapping, "functionArn"> & { source: string }
type Place = Pick<Mapping, "account" | "region" | "uuid">

const encryptionContextOf = ({ functionArn, source }: Sealed) => ({
  "aws:lambda:EventSourceArn": source,
  "aws:lambda:FunctionArn": functionArn,
})

const asCaller = (context: CallContext): KeyUser => ({
  caller: context,
  viaService: `lambda.${context.region}.amazonaws.com`,
})

/** The settings with their criteria under their key, where they have one. Throws what KMS refuses the caller. */
export async function sealFilters(settings: Settings, of: Sealed, context: CallContext): Promise<Settings> {
  const { FilterCriteria, sealedFilters: _, ...others } = settings
  if (!FilterCriteria) return others
  if (!settings.KMSKeyArn) return { ...others, FilterCriteria }
  return { ...others, sealedFilters: await seal(FilterCriteria, settings.KMSKeyArn, of, context) }
}

async function seal(criteria: FilterCriteria, key: string, of: Sealed, context: CallContext): Promise<SealedFilters> {
  const use = { key, by: asCaller(context), encryptionContext: encryptionContextOf(of) }
  const made = await context.peers.keys.generateDataKey(use).catch(asRefusal)
  if (made.is === "refused") throw filterKeyRefused(made)
  return {
    functionArn: of.functionArn,
    dataKey: Buffer.from(made.ciphertext).toString("base64"),
    sealed: sealUnder(new MasterKey(made.plaintext), PURPOSE, JSON.stringify(criteria)).toString("base64"),
  }
}

type Refused = Extract<Awaited<ReturnType<Keys["decrypt"]>>, { is: "refused" }>

function asRefusal(error: unknown): Refused {
  if (!(error instanceof WireError)) throw error
  return { is: "refused", code: error.code, message: error.message }
}

async function open(
  keys: Keys,
  { body: { settings, source } }: Pick<Mapping, "body">,
  by: KeyUser,
): Promise<{ is: "opened"; criteria: FilterCriteria } | Refused> {
  const { functionArn, dataKey, sealed } = settings.sealedFilters!
  const encryptionContext = encryptionContextOf({ functionArn, source: source.arn })
  const use = { key: settings.KMSKeyArn!, by, encryptionContext }
  const answer = await keys.decrypt(use, Buffer.from(dataKey, "base64")).catch(asRefusal)
  if (answer.is === "refused") return answer
  const text = openText(new MasterKey(answer.plaintext), PURPOSE, Buffer.from(sealed, "base64"))
  return { is: "opened", criteria: JSON.parse(text) as FilterCriteria }
}

/** The criteria as the caller may see them: where they may not, why. */
export async function showFilters(
  mapping: Mapping,
  context: CallContext,
): Promise<Pick<EventSourceMappingConfiguration, "FilterCriteria" | "FilterCriteriaError">> {
  const { FilterCriteria, sealedFilters } = mapping.body.settings
  if (!sealedFilters) return FilterCriteria ? { FilterCriteria } : {}
  const opened = await open(context.peers.keys, mapping, asCaller(context))
  if (opened.is === "opened") return { FilterCriteria: opened.criteria }
  return { FilterCriteriaError: { ErrorCode: opened.code, Message: opened.message } }
}

/** A change of the criteria or of their key, made ready: as it is told, and as it is kept. */
export interface ChangedFilters {
  told: Pick<Settings, "FilterCriteria">
  kept: Pick<Settings, "FilterCriteria" | "sealedFilters">
}

/** Undefined where neither changes, or nothing is encrypted. Throws what KMS refuses the caller. */
export async function changeFilters(
  before: Mapping,
  asked: Asked,
  context: CallContext,
): Promise<ChangedFilters | undefined> {
  const { settings, source } = before.body
  if (asked.KMSKeyArn === undefined && (asked.FilterCriteria === undefined || !settings.KMSKeyArn)) return undefined
  const criteria = asked.FilterCriteria ?? (await getFilters(before, context))
  const plain = changeSettings(source, settings, { ...asked, ...(criteria && { FilterCriteria: criteria }) })
  const of = { functionArn: before.functionArn, source: source.arn }
  const { FilterCriteria, sealedFilters } = await sealFilters(plain, of, context)
  return {
    told: plain.FilterCriteria ? { FilterCriteria: plain.FilterCriteria } : {},
    kept: { ...(FilterCriteria && { FilterCriteria }), ...(sealedFilters && { sealedFilters }) },
  }
}

export const withFilters = (
  { FilterCriteria: _, sealedFilters: __, ...others }: Settings,
  { kept }: ChangedFilters,
): Settings => ({ ...others, ...kept })

/** Whether the criteria of two states of a mapping are the same, under the same key. */
export const hasSameFilters = ({ body: { settings: one } }: Mapping, { body: { settings: other } }: Mapping): boolean =>
  one.sealedFilters?.sealed === other.sealedFilters?.sealed && one.KMSKeyArn === other.KMSKeyArn

/** For a caller who changes what goes with them. */
async function getFilters(mapping: Mapping, context: CallContext): Promise<FilterCriteria | undefined> {
  const { FilterCriteria, sealedFilters } = mapping.body.settings
  if (!sealedFilters) return FilterCriteria
  const opened = await open(context.peers.keys, mapping, asCaller(context))
  if (opened.is === "refused") throw filterKeyRefused(opened)
  return opened.criteria
}

interface Kept {
  patterns: readonly string[]
  until: number
}

/** A key that is taken away is missed after so long. */
const KEPT_MILLISECONDS = 60_000
const KEPT_AT_MOST = 1_000
const kept = new WeakMap<Store, BoundedCache<string, Kept>>()

/** What a source is read by. Throws a wire error where Lambda may not decrypt it. */
export async function patternsOf(
  { store, clock, peers }: Pick<Deps, "store" | "clock" | "peers">,
  mapping: Mapping,
): Promise<readonly string[]> {
  const { FilterCriteria, sealedFilters } = mapping.body.settings
  if (!sealedFilters) return listPatterns(FilterCriteria)
  const cache = kept.get(store) ?? new BoundedCache<string, Kept>(KEPT_AT_MOST)
  kept.set(store, cache)
  const now = clock.now()
  const known = cache.find(sealedFilters.sealed)
  if (known && known.until > now && known.until <= now + KEPT_MILLISECONDS) return known.patterns
  const opened = await open(peers.keys, mapping, asLambda(mapping))
  if (opened.is === "refused") throw filterKeyRefused(opened)
  const patterns = listPatterns(opened.criteria)
  cache.put(sealedFilters.sealed, { patterns, until: now + KEPT_MILLISECONDS })
  return patterns
}

const asLambda = (place: Place): KeyUser => ({
  principal: LAMBDA,
  sourceArn: mappingArn(place),
  sourceAccount: place.account,
})

const listPatterns = (criteria: FilterCriteria | undefined): string[] =>
  (criteria?.Filters ?? []).map(({ Pattern }) => Pattern!)
