import type { AskControl } from "./control-calls.ts"

/** What the server does on its own: deletions of what is large, new indexes, what expires. */
export interface BackgroundWork {
  /** Resolves when all is done that is due by the server's clock. To have done what is due later, move the clock first. */
  settle(): Promise<void>
  /** Holds it, so that what it would end can be looked at: a table that is being deleted, an index that is being made. */
  pause(): Promise<void>
  resume(): Promise<void>
}

export function workOf(ask: AskControl): BackgroundWork {
  const post = async (what: string) => ask("POST", `work/${what}`)
  return {
    async settle() {
      const { settled } = (await post("settle")) as { settled: boolean }
      if (!settled) throw new Error("The work in the background is paused, or was not done within a minute.")
    },
    async pause() {
      await post("pause")
    },
    async resume() {
      await post("resume")
    },
  }
}
