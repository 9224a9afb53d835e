import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { callerStatement, policies, request } from "../../test/policy/arbitrary.ts"
import { type ReferencePolicies, type ReferenceRequest, referenceDecision } from "../../test/policy/reference.ts"
import { type Applicable, compile, contextOf, decide, explain, type PolicyDocument, type Request } from "./index.ts"

const RUNS = { numRuns: 3000 }

const compiled = (of: ReferencePolicies): Applicable => ({
  identity: of.identity.map((document) => compile(document)),
  resource: of.resource && compile(of.resource),
  resourcePolicyType: of.resourcePolicyType,
  grants: of.grants?.map((document) => compile(document)),
  boundary: of.boundary && compile(of.boundary),
  session: of.session?.map((document) => compile(document)),
  scp: of.scp?.map((level) => level.map((document) => compile(document))),
  rcp: of.rcp?.map((level) => level.map((document) => compile(document))),
  vpce: of.vpce?.map((document) => compile(document)),
})
const asked = (of: ReferenceRequest): Request => ({ ...of, context: contextOf(of.context) })
const decisionOf = (who: ReferenceRequest, of: ReferencePolicies) => decide(asked(who), compiled(of))

const statementsOf = ({ Statement }: PolicyDocument) => [Statement].flat()

/** The policies with every document changed. */
const mapped = (of: ReferencePolicies, change: (document: PolicyDocument) => PolicyDocument): ReferencePolicies => ({
  ...of,
  identity: of.identity.map(change),
  resource: of.resource && change(of.resource),
  grants: of.grants?.map(change),
  boundary: of.boundary && change(of.boundary),
  session: of.session?.map(change),
  scp: of.scp?.map((level) => level.map(change)),
  rcp: of.rcp?.map((level) => level.map(change)),
  vpce: of.vpce?.map(change),
})

const holds = (property: (who: ReferenceRequest, of: ReferencePolicies) => void) =>
  fc.assert(fc.property(request, policies, property), RUNS)

test("decides as the reference does", () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(request, policies, (who, of) => {
      const { decision } = decisionOf(who, of)
      seen.set(decision, (seen.get(decision) ?? 0) + 1)
      assert.equal(decision, referenceDecision(who, of))
    }),
    { numRuns: 20_000 },
  )
  // Each answer is met often enough for the comparison to mean something.
  for (const decision of ["allow", "implicit_deny", "explicit_deny"])
    assert.ok((seen.get(decision) ?? 0) > 1000, `${decision}: ${seen.get(decision)}`)
})

test("an explicit deny wins over everything, and nothing else is one", () =>
  holds((who, of) => {
    const { decision, policies } = explain(asked(who), compiled(of))
    const denies = policies
      .flatMap(({ statements }) => statements)
      .filter((one) => one.applies && one.effect === "Deny")
    assert.equal(decision === "explicit_deny", denies.length > 0)
  }))

test("nothing is allowed that no statement allows", () =>
  holds((who, of) => {
    const withoutAllows = mapped(of, (document) => ({
      ...document,
      Statement: statementsOf(document).filter(({ Effect }) => Effect === "Deny"),
    }))
    const { allowed } = decisionOf(who, withoutAllows)
    assert.ok(!allowed || who.principal.type === "root")
  }))

test("what is allowed names the Allow that made it so", () =>
  holds((who, of) => {
    const { allowed, statements } = decisionOf(who, of)
    if (!allowed || who.principal.type === "root") return
    const grants = statements.filter(({ policyType }) =>
      ["identity", "resource", "trust", "key", "grant"].includes(policyType),
    )
    assert.ok(grants.length > 0 && statements.every(({ effect }) => effect === "Allow"))
  }))

test("adding a Deny never allows more", () =>
  fc.assert(
    fc.property(request, policies, callerStatement, fc.boolean(), (who, of, statement, toBoundary) => {
      const deny = { ...statement, Effect: "Deny" }
      const add = (document: PolicyDocument) => ({ ...document, Statement: [...statementsOf(document), deny] })
      const more = toBoundary
        ? { ...of, boundary: of.boundary && add(of.boundary) }
        : { ...of, identity: [...of.identity, { Version: "2012-10-17", Statement: [deny] }] }
      if (decisionOf(who, more).allowed) assert.ok(decisionOf(who, of).allowed)
    }),
    RUNS,
  ))

test("adding an Allow to the caller's identity policies never refuses more", () =>
  fc.assert(
    fc.property(request, policies, callerStatement, (who, of, statement) => {
      const allow = { Version: "2012-10-17", Statement: { ...statement, Effect: "Allow" } }
      const more = { ...of, identity: [...of.identity, allow] }
      if (decisionOf(who, of).allowed) assert.ok(decisionOf(who, more).allowed)
      assert.equal(decisionOf(who, more).decision === "explicit_deny", decisionOf(who, of).decision === "explicit_deny")
    }),
    RUNS,
  ))

test("boundaries, session policies, SCPs, RCPs and policies of VPC endpoints only take away", () =>
  holds((who, of) => {
    if (!decisionOf(who, of).allowed) return
    assert.ok(decisionOf(who, { ...of, scp: undefined, rcp: undefined }).allowed)
    assert.ok(decisionOf(who, { ...of, vpce: undefined }).allowed)
    assert.ok(decisionOf(who, { ...of, boundary: undefined }).allowed)
    if (who.principal.type !== "federated-user") assert.ok(decisionOf(who, { ...of, session: undefined }).allowed)
  }))

test("the order of statements and of policies makes no difference", () =>
  holds((who, of) => {
    const turned = mapped(of, (document) => ({ ...document, Statement: statementsOf(document).toReversed() }))
    const { decision, because } = decisionOf(who, { ...turned, identity: turned.identity.toReversed() })
    const expected = decisionOf(who, of)
    assert.deepEqual([decision, because], [expected.decision, expected.because])
  }))

test("one policy of many statements is as good as many policies of one", () =>
  holds((who, of) => {
    const apart = of.identity.flatMap((document) =>
      statementsOf(document).map((statement) => ({ ...document, Statement: statement })),
    )
    assert.equal(decisionOf(who, { ...of, identity: apart }).decision, decisionOf(who, of).decision)
  }))

test("the case of actions and of key names makes no difference", () =>
  holds((who, of) => {
    const context = Object.fromEntries(Object.entries(who.context).map(([key, value]) => [key.toUpperCase(), value]))
    const shouting = { ...who, action: who.action.toUpperCase(), context }
    assert.equal(decisionOf(shouting, of).decision, decisionOf(who, of).decision)
  }))

test("a policy's text is as good as its JSON", () =>
  holds((who, of) => {
    const identity = of.identity.map((document) => compile(JSON.stringify(document)))
    assert.deepEqual(decide(asked(who), { ...compiled(of), identity }), decisionOf(who, of))
  }))

test("an explanation is about the decision, and says of each statement why it does not apply", () =>
  holds((who, of) => {
    const { policies, ...decision } = explain(asked(who), compiled(of))
    assert.deepEqual(decision, decisionOf(who, of))
    for (const { policyType, policyIndex, statements } of policies)
      for (const { index, applies, mismatches } of statements) {
        assert.equal(applies, mismatches.length === 0)
        const determines = decision.statements.some(
          (one) => one.policyType === policyType && one.policyIndex === policyIndex && one.index === index,
        )
        assert.ok(applies || !determines)
      }
  }))
