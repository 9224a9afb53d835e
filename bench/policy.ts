import { parseArgs } from "node:util"
import { compile, contextOf, decide, type PolicyDocument, type Request } from "../src/policy/index.ts"
import { loadPeers } from "./policy-peers.ts"
import {
  ACCOUNT,
  ACTION,
  ALLOWED,
  CONTEXT,
  largePolicy,
  largePolicyOfOneAction,
  POLICIES,
  REFUSED,
  ROLE,
  SESSION,
} from "./policy-work.ts"

const RUNS = 7
/** CPU time that one run lasts about. */
const RUN_MICROSECONDS = 150_000

/** CPU microseconds per call: the median of several runs. */
function measure(work: () => unknown): number {
  let calls = 1
  for (let spent = 0; spent < RUN_MICROSECONDS; calls *= 2) spent = cpuOf(() => repeat(work, calls))
  return median(Array.from({ length: RUNS }, () => cpuOf(() => repeat(work, calls)) / calls))
}

function repeat(work: () => unknown, calls: number): void {
  for (let i = 0; i < calls; i++) work()
}

/** The same for work that may have to be awaited, which costs a tenth of a microsecond itself. */
async function measureAwaited(work: () => unknown): Promise<number> {
  const costs: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const before = process.cpuUsage()
    for (let i = 0; i < AWAITED_CALLS; i++) await work()
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / AWAITED_CALLS)
  }
  return median(costs.slice(1))
}

const AWAITED_CALLS = 1000

function cpuOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!

const request = (resource: string, action = ACTION): Request => ({
  principal: { type: "assumed-role", arn: SESSION, account: ACCOUNT, roleArn: ROLE },
  action,
  resource,
  resourceAccount: ACCOUNT,
  context: contextOf(CONTEXT),
})

/** Prints what a decision costs, beside the peers that are installed: here, or under `peersDirectory`. */
export async function run(print: (line: string) => void, peersDirectory?: string): Promise<void> {
  const identity = POLICIES.map((policy) => compile(policy))
  const allowed = request(ALLOWED)
  const refused = request(REFUSED)
  if (!decide(allowed, { identity }).allowed || decide(refused, { identity }).allowed)
    throw new Error("Hallpass answers the work wrongly")

  print("CPU microseconds per decision, warm; three policies of five statements, wildcards, two keys, a variable")
  const ours =
    measure(() => {
      decide(allowed, { identity })
      decide(refused, { identity })
    }) / 2
  print(line("hallpass", ours))
  const { peers, absent } = await loadPeers(peersDirectory)
  for (const { name, target, isAllowed } of peers) {
    if (!(await isAllowed(ALLOWED)) || (await isAllowed(REFUSED))) {
      print(`  ${name}: answers the work otherwise, not measured`)
      continue
    }
    const theirs =
      ((await measureAwaited(() => isAllowed(ALLOWED))) + (await measureAwaited(() => isAllowed(REFUSED)))) / 2
    print(
      `${line(name, theirs)}  ${(theirs / ours).toFixed(0)} times hallpass${target === undefined ? "" : ` (target ${target})`}`,
    )
  }
  for (const name of new Set(absent)) print(`  ${name}: not installed`)

  print("Large policies")
  for (const statements of [100, 1000]) {
    const index = statements - 5
    printLarge(`${statements} statements`, largePolicy(statements), `s3:Operation${index}x`, `bucket-${index}/x`)
    const oneAction = `bucket-${index}/alice/x`
    printLarge(`${statements} statements about one action`, largePolicyOfOneAction(statements), ACTION, oneAction)
  }

  function printLarge(name: string, policy: PolicyDocument, action: string, path: string): void {
    const applicable = { identity: [compile(policy)] }
    const large = request(`arn:aws:s3:::${path}`, action)
    if (!decide(large, applicable).allowed) throw new Error("Hallpass answers the work wrongly")
    print(
      line(
        name,
        measure(() => decide(large, applicable)),
      ),
    )
    print(
      line(
        `  compiling it`,
        measure(() => compile(policy)),
      ),
    )
  }
}

const line = (name: string, microseconds: number): string =>
  `  ${name.padEnd(40)}${microseconds.toFixed(2).padStart(10)}`

if (import.meta.main) {
  const { values } = parseArgs({ options: { peers: { type: "string" } } })
  await run((text) => console.log(text), values.peers)
}
