import { DIGITS, LOWER, randomText, UPPER } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { badRequest, conflict, limitExceeded } from "../errors.ts"
import { newLongId } from "../ids.ts"
import { ownerOf } from "../owners.ts"
import type { Texts } from "../snapshot.ts"
import {
  type ApiKey,
  apiKeys,
  digestOf,
  LEAST_CHARACTERS,
  MOST_CHARACTERS,
  putApiKey,
  readKeyId,
  sealValue,
} from "./record.ts"

/** Developer Guide, "Quotas": keys of an account in a region. */
const MOST_KEYS = 10_000
const VALUE_LENGTH = 40
const MOST_NAME = 1_024
const MOST_DESCRIPTION = 125_000

export interface NewApiKey {
  name?: string | undefined
  description?: string | undefined
  enabled?: boolean | undefined
  value?: string | undefined
  customerId?: string | undefined
  stageKeys?: readonly string[]
  tags?: Texts | undefined
}

export function assertKeyTexts({ name = "", description = "" }: Pick<NewApiKey, "name" | "description">): void {
  if (name.length > MOST_NAME) throw badRequest("Invalid API Key name, can be at most 1024 characters.")
  if (description.length > MOST_DESCRIPTION) throw badRequest("Invalid API Key description specified.")
}

export function assertValue(value: string): void {
  if (value.length < LEAST_CHARACTERS) throw badRequest("API Key value should be at least 20 characters")
  if (value.length > MOST_CHARACTERS) throw badRequest("API Key value exceeds maximum size of 128 characters")
}

export async function makeApiKey(
  tx: Writing,
  { masterKey, clock, account, region }: Pick<CallContext, "masterKey" | "clock" | "account" | "region">,
  given: NewApiKey,
): Promise<ApiKey> {
  const scope = { account, region }
  const value = given.value || randomText(LOWER + UPPER + DIGITS, VALUE_LENGTH)
  assertKeyTexts(given)
  assertValue(value)
  const valueDigest = digestOf(masterKey, value)
  // Quoted by many who met it.
  if (await readKeyId(tx, scope, valueDigest)) throw conflict("API Key already exists")
  if ((await apiKeys.count(tx, ownerOf(scope))) >= MOST_KEYS) throw limitExceeded("API keys", "account")
  const now = clock.now()
  const key: ApiKey = {
    id: newLongId(),
    name: given.name,
    description: given.description,
    customerId: given.customerId,
    enabled: given.enabled ?? false,
    sealedValue: sealValue(masterKey, value),
    valueDigest,
    stageKeys: given.stageKeys ?? [],
    usagePlanIds: [],
    tags: given.tags && Object.keys(given.tags).length > 0 ? given.tags : undefined,
    createdAt: now,
    updatedAt: now,
  }
  await putApiKey(tx, scope, key)
  return key
}
