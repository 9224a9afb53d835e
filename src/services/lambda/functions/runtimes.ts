import { runtimeGone, runtimeUnknown } from "../errors.ts"

/** In the order in which AWS names them (recorded 2026-01). */
export const RUNTIMES: readonly string[] = [
  "nodejs20.x",
  "python3.14",
  "provided.al2023",
  "python3.12",
  "python3.13",
  "nodejs24.x",
  "nodejs22.x",
  "java25",
  "python3.10",
  "python3.11",
  "java21",
  "ruby3.3",
  "ruby3.4",
  "ruby3.2",
  "python3.8",
  "python3.9",
  "java17",
  "nodejs16.x",
  "dotnet10",
  "dotnet8",
  "java11",
  "dotnet6",
  "nodejs18.x",
  "provided.al2",
  "java8.al2",
]

/** Newer than the record above. */
const NEWER: ReadonlySet<string> = new Set(["ruby4.0"])

/** Once there, and no longer taken (recorded 2026-01 of eight of them; the rest follows the model). */
const GONE: ReadonlySet<string> = new Set([
  "nodejs",
  "nodejs4.3",
  "nodejs4.3-edge",
  "nodejs6.10",
  "nodejs8.10",
  "nodejs10.x",
  "nodejs12.x",
  "nodejs14.x",
  "java8",
  "python2.7",
  "python3.6",
  "python3.7",
  "dotnetcore1.0",
  "dotnetcore2.0",
  "dotnetcore2.1",
  "dotnetcore3.1",
  "go1.x",
  "ruby2.5",
  "ruby2.7",
  "provided",
])

/** Whether this machine has it is another question, which an invocation answers. */
export function assertRuntime(runtime: string): void {
  if (RUNTIMES.includes(runtime) || NEWER.has(runtime)) return
  if (GONE.has(runtime)) throw runtimeGone(runtime)
  throw runtimeUnknown(runtime, RUNTIMES)
}
