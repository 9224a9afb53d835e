import { customFetch } from "oauth4webapi"
import { USER_AGENT } from "../user-agent.ts"
import type { FederationDeps } from "./key-sets.ts"

export type AskingDeps = Pick<FederationDeps, "outgoing" | "loginEndpoints">

/** How oauth4webapi reaches other servers: by `outgoing`, which decides where it may go and for how long it waits. */
export const asking = ({ outgoing, loginEndpoints }: AskingDeps) => ({
  [customFetch]: async (
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    const answer = await outgoing(loginEndpoints.rewrite(url), {
      method: method === "POST" ? "POST" : "GET",
      headers: { ...headers, "user-agent": USER_AGENT },
      ...(body !== undefined && body !== null && { body: String(body) }),
    })
    return new Response(EMPTY.has(answer.status) ? null : answer.text, {
      status: answer.status,
      headers: { "content-type": answer.contentType },
    })
  },
})

/** Statuses of answers that have no body. */
const EMPTY = new Set([204, 205, 304])
