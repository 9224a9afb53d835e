import { createRequire } from "node:module"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { ACCOUNT, ACTION, CONTEXT, POLICIES, ROLE, SESSION } from "./policy-work.ts"

/** Another engine at the same work: whether it allows ACTION on the resource. */
export interface Peer {
  name: string
  /** How many times as fast Hallpass means to be. */
  target: number | undefined
  isAllowed(resource: string): boolean | Promise<boolean>
}

/** What the engines export is theirs; nothing here depends on their types, for they may be absent. */
// biome-ignore lint/suspicious/noExplicitAny: the modules of peers are loaded where they are installed, or not at all.
type Loaded = any

/** The peers that are installed, and the names of those that are not. */
export async function loadPeers(directory: string | undefined): Promise<{ peers: Peer[]; absent: string[] }> {
  const peers: Peer[] = []
  const absent: string[] = []
  for (const [name, load] of LOADERS) {
    const loaded = await importFrom(directory, name)
    if (loaded === undefined) absent.push(name)
    else peers.push(await load(loaded))
  }
  return { peers, absent }
}

const LOADERS: readonly [string, (loaded: Loaded) => Promise<Peer> | Peer][] = [
  ["@cedar-policy/cedar-wasm/nodejs", cedar],
  ["casbin", casbin],
  ["@cloud-copilot/iam-simulate", iamSimulate],
  ["@cloud-copilot/iam-simulate", iamSimulateUnchecked],
]

async function importFrom(directory: string | undefined, name: string): Promise<Loaded | undefined> {
  try {
    if (directory === undefined) return await import(name)
    const path = createRequire(`${resolve(directory)}/package.json`).resolve(name)
    return await import(pathToFileURL(path).href)
  } catch {
    return undefined
  }
}

/** Cedar has no variables in patterns: the owner of the resource is an attribute, compared with the caller's. */
function cedar({ preparsePolicySet, statefulIsAuthorized }: Loaded): Peer {
  const policies = ["red", "green", "blue"]
    .map(
      (team) => `
permit(principal in Role::"${ROLE}", action in [Action::"s3:GetObject", Action::"s3:PutObject"], resource)
when { resource.arn like "arn:aws:s3:::app-*/home/*" && resource.owner == context.username &&
       context.team == "${team}" && context.secureTransport };
permit(principal in Role::"${ROLE}", action in [Action::"dynamodb:GetItem", Action::"dynamodb:PutItem"], resource)
when { resource.arn like "arn:aws:dynamodb:*:123456789012:table/a*" };
forbid(principal in Role::"${ROLE}", action in [Action::"s3:DeleteObject"], resource)
when { !context.secureTransport };
permit(principal in Role::"${ROLE}", action, resource)
when { resource.arn like "arn:aws:sqs:*:*:q" }
unless { context.service == "iam" || context.service == "sts" || context.service == "s3" };
permit(principal in Role::"${ROLE}", action == Action::"kms:Decrypt", resource)
when { resource.arn like "arn:aws:kms:us-east-1:123456789012:key/*" };`,
    )
    .join("\n")
  preparsePolicySet("bench", { staticPolicies: policies })
  const principal = { type: "Session", id: SESSION }
  const context = { ...CONTEXT, ...NAMED }
  return {
    name: "cedar-wasm, pre-parsed",
    target: 100,
    isAllowed(arn) {
      const resource = { type: "Resource", id: arn }
      const answer = statefulIsAuthorized({
        preparsedPolicySetId: "bench",
        principal,
        action: { type: "Action", id: ACTION },
        resource,
        context,
        entities: [
          { uid: principal, attrs: {}, parents: [{ type: "Role", id: ROLE }] },
          { uid: resource, attrs: { arn, owner: arn.split("/")[2] }, parents: [] },
        ],
      })
      return answer.type === "success" && answer.response.decision === "allow"
    },
  }
}

/** Keys under names that need no quoting. */
const NAMED = { username: "alice", team: "blue", secureTransport: true, service: "s3" }

const CASBIN_MODEL = `
[request_definition]
r = sub, act, obj, ctx
[policy_definition]
p = sub, act, obj, rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.sub == p.sub && globMatch(r.act, p.act) && globMatch(r.obj, p.obj) && eval(p.rule)
`

/** casbin has no variables in patterns either: the owner is in the request. */
async function casbin({ newEnforcer, newModelFromString, StringAdapter }: Loaded): Promise<Peer> {
  const lines = ["red", "green", "blue"].flatMap((team) => [
    `p, ${ROLE}, s3:GetObject*, arn:aws:s3:::app-*/home/**, r.ctx.owner == r.ctx.username && r.ctx.team == '${team}' && r.ctx.secureTransport, allow`,
    `p, ${ROLE}, dynamodb:*Item, arn:aws:dynamodb:*:123456789012:table/a*, true, allow`,
    `p, ${ROLE}, s3:Delete*, **, !r.ctx.secureTransport, deny`,
    `p, ${ROLE}, *, arn:aws:sqs:*:*:q, r.ctx.service != 'iam' && r.ctx.service != 'sts' && r.ctx.service != 's3', allow`,
    `p, ${ROLE}, kms:Decrypt, arn:aws:kms:us-east-1:123456789012:key/*, true, allow`,
  ])
  const enforcer = await newEnforcer(newModelFromString(CASBIN_MODEL), new StringAdapter(lines.join("\n")))
  const context = { ...CONTEXT, ...NAMED }
  return {
    name: "casbin",
    target: 30,
    isAllowed: (arn) => enforcer.enforceSync(ROLE, ACTION, arn, { ...context, owner: arn.split("/")[2] }),
  }
}

const simulationOf = (resource: string) => ({
  request: {
    principal: SESSION,
    action: ACTION,
    resource: { resource, accountId: ACCOUNT },
    contextVariables: CONTEXT,
  },
  identityPolicies: POLICIES.map((policy, i) => ({ name: `policy-${i}`, policy })),
  serviceControlPolicies: [],
  resourceControlPolicies: [],
})

/** The call that its documentation recommends. */
function iamSimulate({ runSimulation }: Loaded): Peer {
  return {
    name: "iam-simulate",
    target: 500,
    async isAllowed(resource) {
      const { overallResult } = await runSimulation(simulationOf(resource), {})
      return overallResult === "Allowed"
    },
  }
}

/** The call that leaves out checking policies and context. */
function iamSimulateUnchecked({ runUnsafeSimulation }: Loaded): Peer {
  return {
    name: "iam-simulate, unchecked",
    target: undefined,
    isAllowed: (resource) => runUnsafeSimulation(simulationOf(resource), {}) === "Allowed",
  }
}
