import type { Deps } from "../../../call.ts"
import type { Workers } from "../../../work/job.ts"
import { POLL, TEND, WATCH } from "./polling/jobs.ts"
import { pollWork } from "./polling/poll.ts"
import { tendWork } from "./polling/tend.ts"
import { watchWork } from "./polling/watch.ts"

/** What mappings have done in the background. */
export const eventSourceWork: Workers<Deps> = { [TEND]: tendWork, [POLL]: pollWork, [WATCH]: watchWork }
