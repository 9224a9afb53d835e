import type { StoredItem } from "../items/rows.ts"
import { keyOf } from "../tables/keys.ts"
import type { Table, ViewType } from "../tables/record.ts"
import { sizeOfItem } from "../values/size.ts"

/** One change of an item, as it was made. At least one of both is there. */
export interface Change {
  table: Table
  before: StoredItem | undefined
  after: StoredItem | undefined
  /** The time to live has done it, and nobody's request. */
  isExpiry: boolean
}

export type EventName = "INSERT" | "MODIFY" | "REMOVE"

const EVENT_NAMES: readonly EventName[] = ["INSERT", "MODIFY", "REMOVE"]
/** Of the first byte of a body: beside the event's number, whether the time to live has done it. */
const EXPIRY = 0x80

/**
 * A change as it is kept: a byte for what happened, and the members of the record's `dynamodb` as JSON, without what its place in
 * the shard says. The images are the items' JSON as it is stored.
 */
export function packChange({ table, before, after, isExpiry }: Change, view: ViewType): Uint8Array {
  const eventName: EventName = before ? (after ? "MODIFY" : "REMOVE") : "INSERT"
  const keys = keyOf([table.key], (after ?? before)!.item)
  const newImage = view === "NEW_IMAGE" || view === "NEW_AND_OLD_IMAGES" ? after : undefined
  const oldImage = view === "OLD_IMAGE" || view === "NEW_AND_OLD_IMAGES" ? before : undefined
  const size = sizeOfItem(keys) + (newImage?.bytes ?? 0) + (oldImage?.bytes ?? 0)
  const text = `"Keys":${JSON.stringify(keys)}${imageOf("NewImage", newImage)}${imageOf("OldImage", oldImage)},"SizeBytes":${size}`
  const bytes = Buffer.byteLength(text)
  const body = Buffer.allocUnsafe(1 + bytes)
  body[0] = EVENT_NAMES.indexOf(eventName) | (isExpiry ? EXPIRY : 0)
  // Most items are ASCII, which is copied at a fraction of the cost.
  body.write(text, 1, bytes === text.length ? "latin1" : "utf8")
  return body
}

const imageOf = (name: string, image: StoredItem | undefined): string =>
  image ? `,"${name}":${image.text ?? JSON.stringify(image.item)}` : ""

/** The inverse of `packChange`. */
export function unpackChange(body: Uint8Array): { eventName: EventName; isExpiry: boolean; members: string } {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const head = bytes[0]!
  return {
    eventName: EVENT_NAMES[head & ~EXPIRY]!,
    isExpiry: (head & EXPIRY) !== 0,
    members: bytes.toString("utf8", 1),
  }
}
