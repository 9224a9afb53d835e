import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import {
  type Applicable,
  type CompiledPolicy,
  type ContextValue,
  compile,
  contextOf,
  decide,
  type PolicyDocument,
  type Principal,
} from "./index.ts"

interface Vector {
  id: string
  policies: {
    identity: PolicyDocument[]
    resource?: PolicyDocument
    resourcePolicyType?: "trust" | "key"
    boundary?: PolicyDocument
    session?: PolicyDocument[]
    scp?: PolicyDocument[][]
    rcp?: PolicyDocument[][]
    vpce?: PolicyDocument[]
  }
  request: {
    principal: Principal
    action: string
    resource: string
    resourceAccount: string
    context: Record<string, ContextValue>
  }
  expected: string
}

const file = new URL("../../test/vectors/policy-vectors.json", import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] }

const one = (document: PolicyDocument | undefined): CompiledPolicy | undefined => document && compile(document)
const many = (documents: PolicyDocument[] | undefined) => documents?.map((document) => compile(document))

const applicableOf = ({ policies }: Vector): Applicable => ({
  identity: policies.identity.map((document) => compile(document)),
  resource: one(policies.resource),
  resourcePolicyType: policies.resourcePolicyType,
  boundary: one(policies.boundary),
  session: many(policies.session),
  scp: policies.scp?.map((level) => level.map((document) => compile(document))),
  rcp: policies.rcp?.map((level) => level.map((document) => compile(document))),
  vpce: many(policies.vpce),
})

for (const vector of vectors)
  test(`vector ${vector.id} is ${vector.expected}`, () => {
    const request = { ...vector.request, context: contextOf(vector.request.context) }
    assert.equal(decide(request, applicableOf(vector)).decision, vector.expected)
  })
