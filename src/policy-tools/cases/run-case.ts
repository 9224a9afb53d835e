import { type Explanation, explain, type Request } from "../../policy/index.ts"
import { overlaps, parseFormat, parseWritten } from "../catalogue/overlap.ts"
import { actionsMatching, findService } from "../catalogue/read.ts"
import { nameOfType } from "../explanation/format.ts"
import { SourceError } from "../source/node.ts"
import type { Case, Expectation } from "./case.ts"
import { enterPool, type Refused } from "./enter.ts"
import { anyone, asRole, asUser, type Caller, questionOf } from "./question.ts"
import { hintOf } from "./read-world.ts"
import { findRole, type World, type WorldPool, type WorldRole } from "./world.ts"

/** One thing that a case expects, and what came of it. */
export interface Check {
  name: string
  line: number
  passed: boolean
  /** What came of it, in a few words: `allowed`, `implicit deny: no session policy allows it`. */
  outcome: string
  /** Why, where an engine decided. */
  explanation?: Explanation | undefined
  request?: Request
  /** Why there was no role, where that is the answer. */
  refused?: Refused
}

/** @throws {SourceError} where the case names what is not there, or asks what cannot be asked */
export function runCase(one: Case, world: World): Check[] {
  const entered = enter(one, world)
  return one.expectations.flatMap((expectation) =>
    expectation.kind === "becomes"
      ? [checkRole(one, expectation.role, entered, world)]
      : checkActions(one, expectation, entered, world),
  )
}

type Standing = { caller: Caller; role?: WorldRole } | Refused

function enter({ who, at, claims, sessionPolicies, sessionTags }: Case, world: World): Standing {
  const fail = (message: string): never => {
    throw new SourceError(message, at)
  }
  switch (who.kind) {
    case "anyone":
      return { caller: anyone() }
    case "user": {
      const user =
        world.users.get(who.name) ?? fail(`There is no user '${who.name}'${hintOf(who.name, world.users.keys())}`)
      return { caller: asUser(user, world.account) }
    }
    case "role": {
      const role =
        findRole(world, who.name) ?? fail(`There is no role '${who.name}'${hintOf(who.name, world.roles.keys())}`)
      const facts = { sessionName: "session", session: sessionPolicies, tags: sessionTags }
      return { role, caller: asRole(role, facts, world.now) }
    }
    case "guest":
      return enterPool(world, poolOf(who.through, world, fail), undefined)
    case "person": {
      const known = world.people.get(who.name)
      if (known === undefined && who.groups === undefined && world.people.size > 0)
        fail(
          `There is no person '${who.name}'${hintOf(who.name, world.people.keys())}; say their groups, or put them among 'people'`,
        )
      const person = {
        name: who.name,
        groups: who.groups ?? known?.groups ?? [],
        claims: { ...known?.claims, ...claims },
        identityId: known?.identityId,
      }
      const pool = poolOf(who.through, world, fail)
      const unknown = person.groups.find(
        (group) => pool.groups.length > 0 && !pool.groups.some(({ name }) => name === group),
      )
      if (unknown !== undefined)
        fail(
          `There is no group '${unknown}' behind ${pool.name}${hintOf(
            unknown,
            pool.groups.map(({ name }) => name),
          )}`,
        )
      const customRoleArn = who.role === undefined ? undefined : (findRole(world, who.role)?.arn ?? who.role)
      return enterPool(world, pool, { person, customRoleArn })
    }
  }
}

/** The pool by its name; where none is named, the only one. */
function poolOf(name: string | undefined, { pools }: World, fail: (message: string) => never): WorldPool {
  if (name !== undefined)
    return pools.get(name) ?? fail(`There is no identity pool '${name}'${hintOf(name, pools.keys())}`)
  const [only, ...others] = pools.values()
  if (only !== undefined && others.length === 0) return only
  return fail(
    only === undefined
      ? "There is no identity pool that people come through: 'identity pools', 'template' or 'server' names them"
      : `Say which identity pool, by 'through': ${[...pools.keys()].join(", ")}`,
  )
}

function checkRole({ subject, at }: Case, expected: string | null, standing: Standing, world: World): Check {
  const wanted = expected === null ? undefined : findRole(world, expected)
  if (expected !== null && wanted === undefined)
    throw new SourceError(`There is no role '${expected}'${hintOf(expected, world.roles.keys())}`, at)
  const found = "refused" in standing ? undefined : standing.role
  const outcome = "refused" in standing ? `no role: ${standing.refused}` : `becomes ${found?.name}`
  return {
    name: `${subject} becomes ${expected ?? "nobody"}`,
    line: at.line,
    passed: found === wanted,
    outcome,
    ...("refused" in standing && { refused: standing }),
  }
}

function checkActions(
  one: Case,
  expectation: Expectation & { actions: readonly string[] },
  standing: Standing,
  world: World,
): Check[] {
  const { at, resources } = one
  const checks: Check[] = []
  for (const action of expectation.actions)
    for (const written of resources.length > 0 ? resources : ["*"]) {
      const resource = fillIn(written, standing, one, world)
      assertNoPattern(written, one)
      assertResource(action, resource, one)
      const checkName = `${one.subject} ${expectation.kind} ${action}${resource === "*" ? "" : ` on ${resource}`}`
      checks.push({
        name: checkName,
        line: at.line,
        ...judge(one, expectation.kind === "may", action, resource, standing, world),
      })
    }
  return checks
}

function judge(one: Case, expected: boolean, action: string, resource: string, standing: Standing, world: World) {
  if ("refused" in standing) {
    const passed = !expected && (one.because === undefined || one.because === "no role")
    return { passed, outcome: `no role: ${standing.refused}`, refused: standing }
  }
  const { request, applicable } = questionOf(world, standing.caller, { action, resource, ...one })
  const explanation = explain(request, applicable)
  const { allowed, because } = explanation
  const reasons = [explanation.decision.replace("_", " "), ...("policyType" in because ? [because.policyType] : [])]
  const passed = allowed === expected && (one.because === undefined || reasons.includes(one.because))
  return { passed, outcome: outcomeOf(explanation), explanation, request }
}

function outcomeOf({ because }: Explanation): string {
  switch (because.reason) {
    case "explicit deny":
      return `explicit deny: a statement of a ${nameOfType(because.policyType)} policy denies it`
    case "no allow":
      return `implicit deny: no ${nameOfType(because.policyType)} policy allows it`
    default:
      return "allowed"
  }
}

/** `${...}` in a resource: a condition key of the caller, or what the template calls so. `${*}` is that character, as in
 * policies. */
function fillIn(resource: string, standing: Standing, { at, context }: Case, world: World): string {
  return resource.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (/^[*?$]$/.test(name)) return name
    const keys = "refused" in standing ? {} : { ...standing.caller.context, ...context }
    const key = Object.keys(keys).find((one) => one.toLowerCase() === name.toLowerCase())
    const value = key === undefined ? undefined : keys[key as keyof typeof keys]
    if (typeof value === "string") return value
    // Who has no role has no keys either, and is refused whatever stands here.
    if ("refused" in standing && name.includes(":")) return "-"
    const named = world.names.map((names) => names(name)).find((one) => one !== undefined)
    if (named !== undefined) return named
    throw new SourceError(`\${${name}} is no condition key of the caller, nor a resource of the template`, at)
  })
}

function assertNoPattern(written: string, { at }: Case): void {
  if (written !== "*" && /[*?]/.test(written.replace(/\$\{[*?$]\}/g, "")))
    throw new SourceError(`${written} is a pattern; a request is about one resource`, at)
}

/** A resource that the action cannot be about is never allowed, so that a case about it would prove nothing. */
function assertResource(action: string, resource: string, { at }: Case): void {
  const [found] = actionsMatching(action)
  if (found === undefined) return
  if (found.formats.length === 0) {
    if (resource === "*") return
    throw new SourceError(`${action} has no resource: leave out 'on'`, at)
  }
  const siblings = findService(found.service)?.formats ?? []
  const written = parseWritten(resource, false)
  if (resource !== "*" && found.formats.some((format) => overlaps(written, parseFormat(format, siblings)))) return
  const formats = found.formats.map((format) => format.replace("${Partition}", "aws").replace(/\$\{(\w+)\}/g, "<$1>"))
  const plainest = formats
    .sort((a, b) => a.length - b.length)
    .slice(0, 2)
    .join(" or ")
  throw new SourceError(
    `${action} is about ${plainest}, not ${resource === "*" ? "everything: say on which" : resource}`,
    at,
  )
}
