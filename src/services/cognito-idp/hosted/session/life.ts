import type { AppClient } from "../../app-clients/record.ts"
import type { UserPool } from "../../user-pools/record.ts"
import { tracksSessions } from "../../user-sessions/track.ts"

/** Source: ClientSSOSessionConfigType: an hour unless it is set. */
const DEFAULT_MINUTES = 60
const MOST_MINUTES = 129_600

/** For how long after a sign-in the client takes it for its own users' without asking them, in minutes. */
export const ssoMinutesOf = ({ ssoMinutes }: AppClient): number => ssoMinutes ?? DEFAULT_MINUTES

/** How long a browser's session is kept, in seconds: as long as any client of the pool may take it. */
export const sessionSeconds = (pool: UserPool): number => (tracksSessions(pool) ? MOST_MINUTES : DEFAULT_MINUTES) * 60

/** Whether the client takes a sign-in of that time. */
export const isYoungEnough = (client: AppClient, authTimeSeconds: number, nowSeconds: number): boolean =>
  nowSeconds - authTimeSeconds < ssoMinutesOf(client) * 60
