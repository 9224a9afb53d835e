import type { AppClient } from "../../app-clients/record.ts"

/** How long a browser's session lasts from its sign-in on, in seconds: an hour. Source: "Managed login", cookies. */
export const sessionSeconds = (_client: AppClient): number => 3600
