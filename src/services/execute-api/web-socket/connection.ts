import type { Caller } from "../../../authentication/caller.ts"
import type { Clock } from "../../../base/clock.ts"
import type { SocketOwner, SocketPeer } from "../../../wire/web-socket.ts"
import type { Authorizer } from "../rest/exchange.ts"

/** Developer Guide, "Quotas for configuring and running a WebSocket API". */
const IDLE_MILLISECONDS = 10 * 60 * 1000
const LIFE_MILLISECONDS = 2 * 60 * 60 * 1000

/** What is told of connections that the gateway ends (seen by clients as such, 2019 to 2024). UNVERIFIED that both ends are told so. */
const GOING_AWAY = { code: 1001, reason: "Going away" }

/** What is known of a connection, wherever it is. Times are milliseconds since the epoch. */
export interface ConnectionFacts {
  /** `L0SM9cOFvHcCIhw=` */
  id: string
  apiId: string
  stageName: string
  connectedAt: number
  lastActiveAt: number
  sourceIp: string
  userAgent: string | undefined
}

/** What was found when it was let in, which later messages are told of. */
export interface LetIn {
  caller: Caller
  authorizer: Authorizer | undefined
  apiKey: { id: string; value: string } | undefined
}

/** A connection that this node holds. */
export class Connection implements SocketOwner {
  readonly facts: ConnectionFacts
  readonly letIn: LetIn
  readonly #clock: Clock
  readonly #house: ConnectionHouse
  #peer: SocketPeer | undefined

  constructor(facts: ConnectionFacts, letIn: LetIn, clock: Clock, house: ConnectionHouse) {
    this.facts = facts
    this.letIn = letIn
    this.#clock = clock
    this.#house = house
  }

  opened(peer: SocketPeer): void {
    this.#peer = peer
    this.#house.enter(this)
  }

  tick(): void {
    this.#house.tick()
    const now = this.#clock.now()
    const { lastActiveAt, connectedAt } = this.facts
    if (now - lastActiveAt >= IDLE_MILLISECONDS || now - connectedAt >= LIFE_MILLISECONDS)
      this.close(GOING_AWAY.code, GOING_AWAY.reason)
  }

  /** Something has come or gone. */
  touch(): void {
    this.facts.lastActiveAt = this.#clock.now()
  }

  /** False where it is over, or its reader has not taken what was sent before. */
  send(text: string | Uint8Array): boolean {
    const isSent = this.#peer?.send(text) ?? false
    if (isSent) this.touch()
    return isSent
  }

  /** From now on it is gone to everybody; its client is told so. */
  close(code: number, reason: string): void {
    this.#house.leave(this)
    this.#peer?.close(code, reason)
  }

  ended(): void {
    this.#peer = undefined
    this.#house.leave(this)
  }
}

/** The node's connections. */
export interface ConnectionHouse {
  enter(connection: Connection): void
  leave(connection: Connection): void
  tick(): void
}
