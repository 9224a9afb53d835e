/** Where something stands in a queue. */
export interface Place<T> {
  readonly value: T
  /** Once; later it does nothing. */
  leave(): void
}

/**
 * In the order in which they came, and each may leave from where it stands. A Map or Set from which each request is deleted
 * makes a new table every few requests, and V8 has each table lead to the next one: once one of them has grown old, all that
 * came after it is kept until the whole heap is collected. Who leaves this leads to nothing.
 */
export class Queue<T> implements Iterable<T> {
  size = 0
  readonly #head = new Node<T>(undefined as T, () => {})

  enter(value: T): Place<T> {
    this.size++
    const node = new Node(value, () => this.size--)
    node.linkBefore(this.#head)
    return node
  }

  /** Who leaves meanwhile may be the one that is looked at. Where it is the one after it, there is no way on, and it ends. */
  *[Symbol.iterator](): Generator<T> {
    let next: Node<T>
    for (let node = this.#head.next; node !== this.#head; node = next) {
      next = node.next
      yield node.value
      if (next !== this.#head && next.hasLeft()) return
    }
  }
}

class Node<T> implements Place<T> {
  next: Node<T> = this
  before: Node<T> = this
  readonly value: T
  readonly #onLeft: () => void

  constructor(value: T, onLeft: () => void) {
    this.value = value
    this.#onLeft = onLeft
  }

  linkBefore(other: Node<T>): void {
    this.next = other
    this.before = other.before
    other.before.next = this
    other.before = this
  }

  hasLeft(): boolean {
    return this.next === this
  }

  leave(): void {
    if (this.hasLeft()) return
    this.before.next = this.next
    this.next.before = this.before
    this.next = this
    this.before = this
    this.#onLeft()
  }
}
