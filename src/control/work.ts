import type { Work } from "../work/work.ts"

/** How long a caller waits for the work in the background to be done. */
const PATIENCE_MILLISECONDS = 60_000

/** Whether everything that is due was done in time. */
async function settleWork(work: Work): Promise<boolean> {
  let patience: NodeJS.Timeout | undefined
  const tooLong = new Promise<boolean>((resolve) => {
    patience = setTimeout(resolve, PATIENCE_MILLISECONDS, false)
  })
  try {
    return await Promise.race([work.idle(), tooLong])
  } finally {
    clearTimeout(patience)
  }
}

/** `POST /_hallpass/work/...`: what can be asked of it. */
export const WORK_CALLS: Readonly<Record<string, (work: Work) => Promise<unknown>>> = {
  settle: async (work) => ({ settled: await settleWork(work) }),
  retry: async (work) => ({ retried: await work.retry() }),
  pause: async (work) => {
    await work.pause()
    return {}
  },
  resume: async (work) => {
    await work.resume()
    return {}
  },
}

/** In Prometheus' text format, as the rest of the metrics. */
export async function renderWorkMetrics(work: Work): Promise<string> {
  const { givenUp, ends } = await work.describe()
  return [
    "# HELP hallpass_work_total Ends of work in the background, by its kind.",
    "# TYPE hallpass_work_total counter",
    ...Object.entries(ends).map(([labels, count]) => `hallpass_work_total{${labels}} ${count}`),
    "# HELP hallpass_work_given_up Jobs that failed too often and wait for somebody to look at them; 100 at most are counted.",
    "# TYPE hallpass_work_given_up gauge",
    `hallpass_work_given_up ${givenUp.length}`,
    "",
  ].join("\n")
}
