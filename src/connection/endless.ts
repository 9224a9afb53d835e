import type { EndlessBody } from "../wire/http.ts"

/** The bodies on their way that end when they are told to. */
export interface EndlessBodies {
  /** Calling what it returns ends the body, and so does the end of the server. */
  enter(body: EndlessBody): () => void
  endAll(): void
}

export function createEndlessBodies(): EndlessBodies {
  const bodies = new Set<EndlessBody>()
  let isOver = false
  return {
    enter(body) {
      if (isOver) body.end()
      else bodies.add(body)
      return () => {
        bodies.delete(body)
        body.end()
      }
    },
    endAll() {
      isOver = true
      for (const body of bodies) body.end()
      bodies.clear()
    },
  }
}
