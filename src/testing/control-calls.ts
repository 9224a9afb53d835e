import type { RunningHallpass } from "../running.ts"
import { ask } from "./ask.ts"

/** Asks the server's own interface, as the account root. What it refuses is thrown with its text. */
export type AskControl = (method: string, path: string, body?: unknown) => Promise<unknown>

export const controlOf =
  ({ url, region, credentials }: RunningHallpass): AskControl =>
  (method, path, body) =>
    ask({ url, region, ...credentials }, method, path, body)
