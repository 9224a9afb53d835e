/** One record as it lies in the log of its shard. */
export interface StoredRecord {
  partitionKey: string
  data: Uint8Array
  /** Of an encrypted one: the key of its data, encrypted by KMS. `data` is then encrypted under it. */
  dataKey?: Uint8Array
}

/*
 * A form (1: plain, 2: encrypted), the length of the partition key in two bytes, the partition key in UTF-8, of an encrypted one
 * the length of the data key in two bytes and the data key, and the data.
 */
const PLAIN = 1
const ENCRYPTED = 2

export function packRecord({ partitionKey, data, dataKey }: StoredRecord): Uint8Array {
  const keyLength = Buffer.byteLength(partitionKey)
  const extra = dataKey ? 2 + dataKey.length : 0
  const packed = Buffer.allocUnsafe(3 + keyLength + extra + data.length)
  packed[0] = dataKey ? ENCRYPTED : PLAIN
  packed.writeUInt16BE(keyLength, 1)
  packed.write(partitionKey, 3)
  let at = 3 + keyLength
  if (dataKey) {
    at = packed.writeUInt16BE(dataKey.length, at)
    packed.set(dataKey, at)
    at += dataKey.length
  }
  packed.set(data, at)
  return packed
}

/** The inverse: views of the bytes. */
export function unpackRecord(body: Uint8Array): StoredRecord {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  let at = 3 + bytes.readUInt16BE(1)
  const partitionKey = bytes.toString("utf8", 3, at)
  if (bytes[0] === PLAIN) return { partitionKey, data: bytes.subarray(at) }
  const keyEnd = at + 2 + bytes.readUInt16BE(at)
  const dataKey = bytes.subarray(at + 2, keyEnd)
  at = keyEnd
  return { partitionKey, dataKey, data: bytes.subarray(at) }
}
