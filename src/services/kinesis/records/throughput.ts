import {
  READ_BYTES_PER_SECOND,
  READS_PER_SECOND,
  WRITTEN_BYTES_PER_SECOND,
  WRITTEN_RECORDS_PER_SECOND,
} from "../limits.ts"

/**
 * What goes on being given: so much a second, and as much at once by who was quiet before. What is taken may be more than there
 * is; that is owed, and nothing is given until it is made up for. By the clock of the server, which may be set back.
 */
export class Allowance {
  readonly #perSecond: number
  #left: number
  #at: number

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond
    this.#left = perSecond
    this.#at = now
  }

  left(now: number): number {
    const gained = (Math.max(now - this.#at, 0) / 1000) * this.#perSecond
    this.#left = Math.min(this.#left + gained, this.#perSecond)
    this.#at = now
    return this.#left
  }

  /** Milliseconds until there is something left; 0 where there is by now. */
  untilLeft(now: number): number {
    const left = this.left(now)
    return left > 0 ? 0 : Math.floor((-left / this.#perSecond) * 1000) + 1
  }

  take(amount: number): void {
    this.#left -= amount
  }

  /** Whether so much may be had: all that there is allowed at once is enough for what is more than that. */
  has(amount: number, now: number): boolean {
    return this.left(now) >= Math.min(amount, this.#perSecond)
  }
}

/** What one shard takes and gives (Developer Guide, "Quotas and limits"). Each node counts for itself. */
export class ShardThroughput {
  readonly #records: Allowance
  readonly #bytes: Allowance
  readonly #reads: Allowance
  readonly #readBytes: Allowance

  constructor(now: number) {
    this.#records = new Allowance(WRITTEN_RECORDS_PER_SECOND, now)
    this.#bytes = new Allowance(WRITTEN_BYTES_PER_SECOND, now)
    this.#reads = new Allowance(READS_PER_SECOND, now)
    this.#readBytes = new Allowance(READ_BYTES_PER_SECOND, now)
  }

  /** Takes what one record needs, where it may be written. Bytes are those of the data and of the partition key. */
  takeWrite(bytes: number, now: number): boolean {
    if (!this.#records.has(1, now) || !this.#bytes.has(bytes, now)) return false
    this.#records.take(1)
    this.#bytes.take(bytes)
    return true
  }

  /** Whether a read may be made: a large one before may have taken what the next seconds would have given. */
  takeRead(now: number): boolean {
    if (!this.#reads.has(1, now) || this.#readBytes.left(now) <= 0) return false
    this.#reads.take(1)
    return true
  }

  noteRead(bytes: number): void {
    this.#readBytes.take(bytes)
  }
}
