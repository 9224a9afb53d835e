/** What was promised of one thing, and whether it was so. */
export interface Verdict {
  target: string
  isHeld: boolean
  measured: string
}

/** The worst of what was measured against a target that no request may go beyond. */
export class Worst {
  readonly #target: string
  readonly #most: number
  readonly #unit: string
  #worst = { name: "nothing", value: Number.NEGATIVE_INFINITY }
  readonly #beyond: string[] = []

  constructor(target: string, most: number, unit: string) {
    this.#target = target
    this.#most = most
    this.#unit = unit
  }

  add(name: string, value: number): void {
    if (value > this.#worst.value) this.#worst = { name, value }
    if (value > this.#most) this.#beyond.push(`${name} (${this.#text(value)})`)
  }

  verdict(): Verdict[] {
    if (this.#worst.value === Number.NEGATIVE_INFINITY) return []
    const isHeld = this.#beyond.length === 0
    const worst = `at most ${this.#text(this.#worst.value)}: ${this.#worst.name}`
    return [{ target: this.#target, isHeld, measured: isHeld ? worst : this.#beyond.join("; ") }]
  }

  #text(value: number): string {
    return `${value.toFixed(1)} ${this.#unit}`
  }
}

export function printVerdicts(verdicts: readonly Verdict[], print: (line: string) => void): void {
  print("\nThe targets.\n")
  for (const { target, isHeld, measured } of verdicts)
    print(`${isHeld ? "held  " : "MISSED"}  ${target}\n        ${measured}`)
}
