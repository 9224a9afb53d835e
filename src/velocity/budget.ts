/** The template was stopped: it cannot be rendered, or takes more than it may. */
export class RenderError extends Error {
  override name = "RenderError"
}

/** What a rendering may take: a step is a node or an operation. */
export interface RenderLimits {
  steps: number
  /** Of all texts that it makes on its way, and of its output. */
  characters: number
}

/**
 * A template of loops in loops, or one that doubles a text again and again, ends here. A step takes well under a microsecond;
 * an answer of API Gateway has 10 MiB at most.
 */
export const RENDER_LIMITS: RenderLimits = { steps: 200_000, characters: 20 * 1024 * 1024 }

export interface Budget {
  step(): void
  /** Text that was made, or a list so long. */
  make(length: number): void
}

export function createBudget({ steps, characters }: RenderLimits): Budget {
  let stepsLeft = steps
  let charactersLeft = characters
  return {
    step() {
      if (--stepsLeft < 0) throw new RenderError("The template takes too many steps.")
    },
    make(length) {
      charactersLeft -= length
      if (charactersLeft < 0) throw new RenderError("The template makes too much text.")
    },
  }
}
