import { SimulateCustomPolicyCommand, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Principal } from "../../../policy/index.ts"
import { onAccount } from "../access.ts"
import { iamArn, parseIamArn } from "../arns.ts"
import type { LoadedIdentity } from "../identities/loaded.ts"
import { listPage, type PageInput, pageMembers } from "../paging.ts"
import { compileInput, compileInputs, type Question, type Simulated, simulationOf } from "./simulation.ts"
import { getSource, readPolicies } from "./source.ts"

interface Overrides {
  PolicyInputList?: readonly string[]
  PermissionsBoundaryPolicyInputList?: readonly string[]
  ResourcePolicy?: string
  CallerArn?: string
}

/** The caller that a resource policy is simulated for. */
const callerOf = (arn: string | undefined, account: string): Principal => {
  const name = arn === undefined ? undefined : parseIamArn(arn)
  return { type: "user", arn: arn ?? iamArn(account, "user", "/", "simulated"), account: name?.account ?? account }
}

export const SimulateCustomPolicy = operation(SimulateCustomPolicyCommand, {
  access: onAccount,
  async handle(input, context) {
    const [boundary] = compileInputs(input.PermissionsBoundaryPolicyInputList, "PermissionsBoundaryPolicyInputList")
    const simulated: Simulated = {
      principal: callerOf(input.CallerArn, context.account),
      identity: compileInputs(input.PolicyInputList, "PolicyInputList"),
      ...(boundary && { boundary }),
      ...resourceOf(input),
      keys: {},
      isPrincipal: false,
    }
    return answer(context, input, simulated)
  },
})

export const SimulatePrincipalPolicy = operation(SimulatePrincipalPolicyCommand, {
  access: ({ PolicySourceArn }) => ({ resource: PolicySourceArn }),
  async handle(input, context) {
    const source = await getSource(context, input.PolicySourceArn)
    const policies = await readPolicies(context, source)
    const [given] = compileInputs(input.PermissionsBoundaryPolicyInputList, "PermissionsBoundaryPolicyInputList")
    const boundary = given ?? policies.boundary
    const simulated: Simulated = {
      principal: input.CallerArn === undefined ? principalOf(source) : callerOf(input.CallerArn, source.account),
      identity: [...policies.identity, ...compileInputs(input.PolicyInputList, "PolicyInputList")],
      ...(boundary && { boundary }),
      ...resourceOf(input),
      keys: keysOf(source),
      isPrincipal: true,
    }
    return answer(context, input, simulated)
  },
})

const resourceOf = ({ ResourcePolicy }: Overrides) =>
  ResourcePolicy === undefined ? {} : { resource: compileInput(ResourcePolicy, "ResourcePolicy") }

async function answer(
  context: CallContext,
  { Marker, MaxItems, ...input }: Question & PageInput,
  simulated: Simulated,
) {
  const simulation = simulationOf(input, simulated, context.clock)
  const paging = { ...(Marker !== undefined && { Marker }), ...(MaxItems !== undefined && { MaxItems }) }
  const keyOf = (index: number) => String(index).padStart(8, "0")
  const load = async (after: string, limit: number) => {
    const start = after === "" ? 0 : Number(after) + 1
    return Array.from({ length: Math.max(0, Math.min(limit, simulation.count - start)) }, (_, i) => start + i)
  }
  const page = await listPage(context, paging, "simulation", load, keyOf)
  return { EvaluationResults: page.items.map(simulation.resultAt), ...pageMembers(page) }
}

/** A role is simulated as a session of it; a group as a user in it. */
function principalOf({ kind, arn, account, id, name }: LoadedIdentity): Principal {
  if (kind === "user") return { type: "user", arn, account, uniqueId: id }
  if (kind === "group") return { type: "user", arn: iamArn(account, "user", "/", "simulated"), account }
  const session = `arn:aws:sts::${account}:assumed-role/${name}/simulated`
  return { type: "assumed-role", arn: session, account, roleArn: arn, uniqueId: id }
}

function keysOf({ kind, arn, account, id, name, tags }: LoadedIdentity): Simulated["keys"] {
  if (kind === "group") return { "aws:PrincipalAccount": account, "aws:PrincipalType": "User" }
  const keys: Simulated["keys"] = {
    "aws:PrincipalArn": arn,
    "aws:PrincipalAccount": account,
    "aws:PrincipalType": kind === "user" ? "User" : "AssumedRole",
    "aws:userid": kind === "user" ? id : `${id}:simulated`,
    "aws:username": kind === "user" ? name : undefined,
  }
  for (const key of Object.keys(tags)) keys[`aws:PrincipalTag/${key}`] = tags[key]
  return keys
}
