import type { TooOften } from "../rate-limits.ts"
import type { CallRecord } from "./call-record.ts"

export interface Metrics {
  count(record: CallRecord): void
  /** In Prometheus' text format, version 0.0.4. */
  render(): string
}

/** Counts of what was answered since the start of this process. */
export function createMetrics(services: readonly string[]): Metrics {
  const known = new Set(services)
  const started = process.uptime()
  /** By service, operation and status, one within the other: joined, they would be a new text for each call. */
  const calls = new Map<string, Map<string, Map<number, number>>>()
  let decisionsAllowed = 0
  let decisionsRefused = 0
  const tooOften = new Map<string, number>()
  // What callers make up is counted together.
  const nameOf = (service: string) => (known.has(service) ? service : service === "" ? "none" : "other")
  return {
    count({ service, operation, status, judged, because }) {
      const statuses = within(within(calls, nameOf(service)), operation ?? "none")
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if ((because as Partial<TooOften> | undefined)?.check === "how often") {
        const labels = `service="${nameOf(service)}",operation="${operation}"`
        tooOften.set(labels, (tooOften.get(labels) ?? 0) + 1)
      }
      decisionsAllowed += judged.allowed
      decisionsRefused += judged.refused
    },
    render() {
      const { rss, heapUsed } = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      return [
        "# HELP hallpass_requests_total Requests answered.",
        "# TYPE hallpass_requests_total counter",
        ...[...calls].flatMap(([service, operations]) =>
          [...operations].flatMap(([operation, statuses]) =>
            [...statuses].map(
              ([status, count]) =>
                `hallpass_requests_total{service="${service}",operation="${operation}",status="${status}"} ${count}`,
            ),
          ),
        ),
        "# HELP hallpass_rate_limited_total Requests refused for how often they came.",
        "# TYPE hallpass_rate_limited_total counter",
        ...[...tooOften].map(([labels, count]) => `hallpass_rate_limited_total{${labels}} ${count}`),
        "# HELP hallpass_decisions_total Policy decisions taken.",
        "# TYPE hallpass_decisions_total counter",
        `hallpass_decisions_total{decision="allow"} ${decisionsAllowed}`,
        `hallpass_decisions_total{decision="deny"} ${decisionsRefused}`,
        "# HELP process_resident_memory_bytes Resident memory.",
        "# TYPE process_resident_memory_bytes gauge",
        `process_resident_memory_bytes ${rss}`,
        "# HELP process_heap_bytes JavaScript heap in use.",
        "# TYPE process_heap_bytes gauge",
        `process_heap_bytes ${heapUsed}`,
        "# HELP process_cpu_seconds_total User and system time.",
        "# TYPE process_cpu_seconds_total counter",
        `process_cpu_seconds_total ${((user + system) / 1e6).toFixed(6)}`,
        "# HELP process_uptime_seconds Seconds since the server was ready.",
        "# TYPE process_uptime_seconds gauge",
        `process_uptime_seconds ${(process.uptime() - started).toFixed(1)}`,
        "",
      ].join("\n")
    },
  }
}

function within<K, V>(outer: Map<string, Map<K, V>>, name: string): Map<K, V> {
  let inner = outer.get(name)
  if (!inner) {
    inner = new Map()
    outer.set(name, inner)
  }
  return inner
}
