import { formatCall } from "../cli/format-call.ts"
import type { DescribedCall, summariseCall } from "../control/describe.ts"
import type { AskControl } from "./control-calls.ts"

/** What names a request: its id, or the error that an SDK threw for it. */
export type Refused = string | { $metadata?: { requestId?: string } }

/** What was decided, and why: the calls that raised a question of permission. */
export interface Decisions {
  /** Newest first; at most 200. */
  list(which?: { refused?: boolean; limit?: number }): Promise<ReturnType<typeof summariseCall>[]>
  /** The call, each question that it raised, and how each statement of each policy was read. */
  get(request: Refused): Promise<DescribedCall>
}

const LIMIT = 50

export const decisionsOf = (ask: AskControl): Decisions => ({
  async list({ refused = false, limit = LIMIT } = {}) {
    const query = `limit=${limit}${refused ? "&refused=true" : ""}`
    const { decisions } = (await ask("GET", `decisions?${query}`)) as {
      decisions: ReturnType<typeof summariseCall>[]
    }
    return decisions
  },
  get: async (request) => (await ask("GET", `decisions/${encodeURIComponent(idOf(request))}`)) as DescribedCall,
})

/** What `hallpass explain` prints; without a request, of the last refusal. */
export const explainBy =
  (decisions: Decisions) =>
  async (request: Refused = "last-refusal"): Promise<string> =>
    formatCall(await decisions.get(request), false)

function idOf(request: Refused): string {
  const id = typeof request === "string" ? request : request.$metadata?.requestId
  if (!id) throw new TypeError("This is neither a request's id nor an error that an AWS SDK threw.")
  return id
}
