import type { RunnableFunction } from "../runtime.ts"
import { versionArn, versionName } from "../version.ts"

/** How an invocation went, for its last line. */
export interface Report {
  requestId: string
  durationMilliseconds: number
  /** Of the first invocation of an environment. */
  initMilliseconds: number | undefined
  memoryMegabytes: number
  status: "success" | "error" | "timeout"
  errorType: string | undefined
  traceId: string
}

/** What Lambda itself writes to a function's log, in one of its two forms. Each text is an event, its line end included. */
export interface PlatformLines {
  initStart(): string
  initReport(milliseconds: number, phase: "init" | "invoke", status: "error" | "timeout", errorType?: string): string
  start(requestId: string): string
  /** What is said of a function that ran for too long, or ended. UNVERIFIED: that it stands before END, and its form as JSON. */
  broken(requestId: string, text: string): string
  report(report: Report): readonly string[]
}

export const platformLines = (target: RunnableFunction, now: () => number): PlatformLines =>
  target.logFormat === "JSON" ? jsonLines(target, now) : textLines(target, now)

/** Recorded 2025-11; the forms of INIT_REPORT and of the status are those of logs that people show. */
function textLines(target: RunnableFunction, now: () => number): PlatformLines {
  return {
    initStart: () =>
      `INIT_START Runtime Version: ${versionName(target.runtime)}\tRuntime Version ARN: ${versionArn(target)}\n`,
    initReport: (milliseconds, phase, status, errorType) =>
      `INIT_REPORT Init Duration: ${milliseconds.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${errorField(errorType)}\n`,
    start: (requestId) => `START RequestId: ${requestId} Version: ${target.version}\n`,
    broken: (requestId, text) =>
      text.startsWith("Task timed out")
        ? `${new Date(now()).toISOString()} ${requestId} ${text}\n\n`
        : `RequestId: ${requestId} ${text}\n`,
    report: ({ requestId, durationMilliseconds, memoryMegabytes, initMilliseconds, status, errorType }) => [
      `END RequestId: ${requestId}\n`,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMilliseconds.toFixed(2)} ms\t` +
        `Billed Duration: ${Math.ceil(durationMilliseconds)} ms\t` +
        `Memory Size: ${target.memoryMegabytes} MB\tMax Memory Used: ${memoryMegabytes} MB\t` +
        (initMilliseconds === undefined ? "" : `Init Duration: ${initMilliseconds.toFixed(2)} ms\t`) +
        (status === "success" ? "" : `Status: ${status}${errorField(errorType)}\t`) +
        "\n",
    ],
  }
}

const errorField = (errorType: string | undefined): string =>
  errorType === undefined ? "" : `\tError Type: ${errorType}`

/** Telemetry API, "Event schema reference"; what is written at level INFO (Developer Guide, "Log-level filtering"). */
function jsonLines(target: RunnableFunction, now: () => number): PlatformLines {
  const line = (type: string, record: Record<string, unknown>) =>
    `${JSON.stringify({ time: new Date(now()).toISOString(), type: `platform.${type}`, record })}\n`
  const init = { initializationType: target.initializationType }
  return {
    initStart: () =>
      line("initStart", {
        ...init,
        phase: "init",
        runtimeVersion: versionName(target.runtime),
        runtimeVersionArn: versionArn(target),
        functionName: target.name,
        functionVersion: target.version,
      }),
    initReport: (milliseconds, phase, status, errorType) =>
      line("initReport", { ...init, phase, status, errorType, metrics: { durationMs: round(milliseconds) } }),
    start: (requestId) => line("start", { requestId, version: target.version }),
    broken: (requestId, text) =>
      `${JSON.stringify({ time: new Date(now()).toISOString(), requestId, message: text })}\n`,
    report: ({ requestId, status, errorType, ...report }) => [
      line("report", {
        requestId,
        metrics: {
          durationMs: round(report.durationMilliseconds),
          billedDurationMs: Math.ceil(report.durationMilliseconds),
          memorySizeMB: target.memoryMegabytes,
          maxMemoryUsedMB: report.memoryMegabytes,
          ...(report.initMilliseconds !== undefined && { initDurationMs: round(report.initMilliseconds) }),
        },
        status,
        errorType,
      }),
    ],
  }
}

/** Three digits after the point. */
const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000
