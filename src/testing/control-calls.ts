import { ask } from "../cli/ask.ts"
import type { RunningHallpass } from "../start.ts"

/** Asks the server's own interface, as the account root. What it refuses is thrown with its text. */
export type AskControl = (method: string, path: string, body?: unknown) => Promise<unknown>

export const controlOf =
  ({ url, region, credentials }: RunningHallpass, accountId: string): AskControl =>
  (method, path, body) =>
    ask({ pid: 0, url, region, accountId, ...credentials }, method, path, body)
