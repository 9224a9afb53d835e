import { createCipheriv, createDecipheriv } from "node:crypto"
import { BoundedCache } from "../../../base/bounded-cache.ts"
import { drawBytes } from "../../../base/random.ts"
import type { CallContext, Deps } from "../../../call.ts"
import type { Actor, Asker, KeyUse, KeyUser, Sender } from "../../../peers.ts"
import type { Store } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import type { Stream } from "../streams/record.ts"
import type { StoredRecord } from "./bodies.ts"

/*
 * Server-side encryption. Whoever writes needs kms:GenerateDataKey and whoever reads kms:Decrypt, through the service, with the
 * stream's ARN as encryption context (Developer Guide, "Permissions to use user-generated KMS keys"). Data keys are used for five
 * minutes, as AWS uses them (Developer Guide, "What are costs, Regions, and performance considerations"), so that no record has
 * to wait for KMS; a permission that was taken away is missed when they are over.
 */

/** Whoever writes or reads: what data keys are kept for, and who needs the permission. */
export interface KeyCaller {
  id: string
  by: KeyUser
}

type Context = Pick<Deps, "store" | "clock" | "peers">

interface Kept {
  until: number
  plaintext: Uint8Array
  ciphertext: Uint8Array
}

const KEPT_MILLISECONDS = 5 * 60 * 1000
const KEPT_AT_MOST = 2_000
const NONCE_BYTES = 12
const TAG_BYTES = 16

const kept = new WeakMap<Store, BoundedCache<string, Kept>>()

function keptOf({ store }: Pick<Deps, "store">): BoundedCache<string, Kept> {
  let cache = kept.get(store)
  if (!cache) {
    cache = new BoundedCache(KEPT_AT_MOST)
    kept.set(store, cache)
  }
  return cache
}

const useOf = ({ arn }: Stream, key: string, { by }: KeyCaller): KeyUse => ({
  key,
  by,
  encryptionContext: { "aws:kinesis:arn": arn },
})

/** Encrypts a record, at once. */
export type Seal = (record: StoredRecord) => StoredRecord

/** Throws what AWS refuses a writer with whom KMS gives no key. */
export async function sealWith(context: Context, stream: Stream, caller: KeyCaller): Promise<Seal> {
  const key = stream.record.encryption!.keyArn
  const { plaintext, ciphertext } = await dataKeyOf(context, `w ${stream.record.id} ${key} ${caller.id}`, async () => {
    const made = await context.peers.keys.generateDataKey(useOf(stream, key, caller)).catch(asRefusal)
    if (made.is === "refused") throw keyFault(made)
    return { plaintext: made.plaintext, ciphertext: made.ciphertext }
  })
  return ({ partitionKey, data }) => {
    const nonce = drawBytes(NONCE_BYTES)
    const cipher = createCipheriv("aes-256-gcm", plaintext, nonce)
    const encrypted = cipher.update(data)
    cipher.final()
    const sealed = Buffer.concat([nonce, encrypted, cipher.getAuthTag()])
    return { partitionKey, data: sealed, dataKey: packKey(key, ciphertext) }
  }
}

/** Decrypts what is encrypted; the others are as they are. */
export async function openRecords<R extends StoredRecord>(
  context: Context,
  stream: Stream,
  caller: KeyCaller,
  records: readonly R[],
): Promise<R[]> {
  const opened: R[] = []
  for (const record of records) {
    if (!record.dataKey) {
      opened.push(record)
      continue
    }
    const { key, ciphertext } = unpackKey(record.dataKey)
    const name = `r ${stream.record.id} ${Buffer.from(ciphertext).toString("base64")} ${caller.id}`
    const { plaintext } = await dataKeyOf(context, name, async () => {
      const answer = await context.peers.keys.decrypt(useOf(stream, key, caller), ciphertext).catch(asRefusal)
      if (answer.is === "refused") throw keyFault(answer)
      return { plaintext: answer.plaintext, ciphertext: new Uint8Array() }
    })
    opened.push({ ...record, data: openWith(plaintext, record.data) })
  }
  return opened
}

async function dataKeyOf(
  context: Context,
  name: string,
  make: () => Promise<Omit<Kept, "until">>,
): Promise<Omit<Kept, "until">> {
  const cache = keptOf(context)
  const now = context.clock.now()
  const known = cache.find(name)
  if (known && known.until > now && known.until <= now + KEPT_MILLISECONDS) return known
  const made = await make()
  cache.put(name, { ...made, until: now + KEPT_MILLISECONDS })
  return made
}

function openWith(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const data = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES))
  decipher.final()
  return data
}

/** A record tells the key that its data key is encrypted under: the stream may have another one by the time that it is read. */
const packKey = (keyArn: string, ciphertext: Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from([Buffer.byteLength(keyArn) >> 8, Buffer.byteLength(keyArn) & 0xff]),
    Buffer.from(keyArn),
    ciphertext,
  ])

function unpackKey(packed: Uint8Array): { key: string; ciphertext: Uint8Array } {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const end = 2 + bytes.readUInt16BE(0)
  return { key: bytes.toString("utf8", 2, end), ciphertext: bytes.subarray(end) }
}

interface KeyRefusal {
  is: "refused"
  code: string
  message: string
}

function asRefusal(error: unknown): KeyRefusal {
  if (!(error instanceof WireError) || error.code !== "AccessDeniedException") throw error
  return { is: "refused", code: error.code, message: error.message }
}

/** The errors of the model, by those of KMS. */
const FAULTS: Readonly<Record<string, string>> = {
  AccessDeniedException: "KMSAccessDeniedException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
}

/** The words are those of KMS. UNVERIFIED: that nothing is added to them. */
export const keyFault = ({ code, message }: { code: string; message: string }): WireError =>
  new WireError(FAULTS[code] ?? "KMSAccessDeniedException", message, {
    because: { check: "key of the stream", found: code, told: message },
  })

const viaService = (region: string): string => `kinesis.${region}.amazonaws.com`

export const keyCallerOf = (context: Asker & Pick<CallContext, "caller" | "region">): KeyCaller => ({
  id: context.caller.kind === "anonymous" ? "" : `${context.caller.accessKeyId} ${context.caller.arn}`,
  by: { caller: context, viaService: viaService(context.region) },
})

/** Of another service: by itself, or as a role, whose policies must let it. */
export function keySenderOf({ peers }: Pick<Deps, "peers">, from: Sender | Actor, region: string): KeyCaller {
  if (!("roleArn" in from)) return { id: `${from.principal} ${from.sourceArn}`, by: from }
  const { roleArn, sessionName } = from
  const caller: Asker = {
    async assertAllowed({ action = "", ...requirement }) {
      if (await peers.mayAct(from, { action, ...requirement })) return
      const message = `${roleArn} is not authorized to perform: ${action} on resource: ${requirement.resource}`
      throw new WireError("AccessDeniedException", message)
    },
  }
  return { id: `${roleArn} ${sessionName}`, by: { caller, viaService: viaService(region) } }
}
