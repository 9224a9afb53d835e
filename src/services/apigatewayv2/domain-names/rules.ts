import {
  CreateRoutingRuleCommand,
  DeleteRoutingRuleCommand,
  GetRoutingRuleCommand,
  ListRoutingRulesCommand,
  PutRoutingRuleCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { Requirement, RequirementContext } from "../../../authorization/requirement.ts"
import { listPage } from "../../../base/paging.ts"
import type { CallContext } from "../../../call.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on } from "../access.ts"
import { getApi } from "../apis/record.ts"
import { badRequest, conflict, invalidToken, partNotFound } from "../errors.ts"
import { newApiId } from "../ids.ts"
import { stages } from "../stages/record.ts"
import { domainPath } from "./operations.ts"
import { type Domain, domainChanged, getDomain, type RuleBody, rules } from "./record.ts"

/** Developer Guide, "Quotas". */
const RULES_AT_MOST = 50
const PAGE = 50

const arnOf = ({ region, account }: Scope, domain: string, id: string) =>
  `arn:aws:apigateway:${region}:${account}:/domainnames/${domain}/routingrules/${id}`

/** These have actions of their own, on ARNs with an account (Service Authorization Reference). */
const onRule =
  <I extends { DomainName: string; RoutingRuleId?: string; Priority?: number }>(action: string) =>
  (input: I, scope: Scope): Requirement => ({
    action: `apigateway:${action}`,
    resource: arnOf(scope, input.DomainName, input.RoutingRuleId ?? "*"),
    ...(input.Priority !== undefined && {
      context: { "apigateway:Request/Priority": String(input.Priority) } satisfies RequirementContext,
    }),
  })

const show = ({ name, ...scope }: Domain, id: string, body: RuleBody) => ({
  ...body,
  RoutingRuleArn: arnOf(scope, name, id),
  RoutingRuleId: id,
})

/** Developer Guide, "Routing rules": one action, and at most one condition of each kind. UNVERIFIED: the texts. */
async function assertRule(tx: Reading, domain: Domain, rule: RuleBody, context: CallContext, ownId?: string) {
  const { Actions, Conditions, Priority } = rule
  if (Actions?.length !== 1) throw badRequest("A routing rule needs exactly one action.")
  const basePaths = (Conditions ?? []).filter(({ MatchBasePaths }) => MatchBasePaths)
  const headers = (Conditions ?? []).filter(({ MatchHeaders }) => MatchHeaders)
  if (basePaths.length > 1 || headers.length > 2) throw badRequest("Too many conditions for a routing rule.")
  for (const { MatchBasePaths, MatchHeaders } of Conditions ?? []) {
    if (MatchBasePaths && MatchBasePaths.AnyOf?.length !== 1)
      throw badRequest("A base path condition needs exactly one base path.")
    if (MatchHeaders && MatchHeaders.AnyOf?.length !== 1)
      throw badRequest("A header condition needs exactly one header.")
  }
  const { ApiId, Stage } = Actions[0]!.InvokeApi!
  const { apiId } = await getApi(tx, ApiId!, context)
  if (!(await stages.read(tx, apiId, Stage!))) throw badRequest("Invalid stage identifier specified")
  const others = (await rules.all(tx, domain.name)).filter(({ id }) => id !== ownId)
  if (others.length >= RULES_AT_MOST) throw badRequest(`A domain name can have at most ${RULES_AT_MOST} routing rules.`)
  if (others.some(({ body }) => body.Priority === Priority))
    throw conflict("A routing rule with this priority already exists for this domain name")
}

const ruleOf = ({ Actions, Conditions, Priority }: RuleBody): RuleBody => ({ Actions, Conditions, Priority })

export const CreateRoutingRule = operation(CreateRoutingRuleCommand, {
  access: onRule("CreateRoutingRule"),
  handle: (input, context) =>
    context.store.transact(async (tx) => {
      const domain = await getDomain(tx, input.DomainName, context)
      const rule = ruleOf(input)
      await assertRule(tx, domain, rule, context)
      const id = newApiId()
      await rules.put(tx, domain.name, id, rule)
      await domainChanged(tx, domain.name)
      return show(domain, id, rule)
    }),
})

async function getRule(tx: Reading, domain: string, id: string): Promise<RuleBody> {
  const rule = await rules.read(tx, domain, id)
  if (!rule) throw partNotFound("routing rule")
  return rule
}

export const GetRoutingRule = operation(GetRoutingRuleCommand, {
  access: onRule("GetRoutingRule"),
  handle: ({ DomainName, RoutingRuleId }, context) =>
    context.store.read(async (tx) => {
      const domain = await getDomain(tx, DomainName, context)
      return show(domain, RoutingRuleId, await getRule(tx, domain.name, RoutingRuleId))
    }),
})

export const PutRoutingRule = operation(PutRoutingRuleCommand, {
  access: on("PUT", (input) => `${domainPath(input)}/routingrules/${input.RoutingRuleId}`),
  handle: (input, context) =>
    context.store.transact(async (tx) => {
      const { RoutingRuleId } = input
      const domain = await getDomain(tx, input.DomainName, context)
      await getRule(tx, domain.name, RoutingRuleId)
      const rule = ruleOf(input)
      await assertRule(tx, domain, rule, context, RoutingRuleId)
      await rules.put(tx, domain.name, RoutingRuleId, rule)
      await domainChanged(tx, domain.name)
      return show(domain, RoutingRuleId, rule)
    }),
})

export const ListRoutingRules = operation(ListRoutingRulesCommand, {
  access: onRule("ListRoutingRules"),
  handle: ({ DomainName, MaxResults = PAGE, NextToken }, context) =>
    context.store.read(async (tx) => {
      const domain = await getDomain(tx, DomainName, context)
      const asked = {
        list: `apigatewayv2 rules ${domain.name}`,
        token: NextToken || undefined,
        limit: MaxResults,
        invalidToken,
      }
      const { items, next } = await listPage(context.masterKey, asked, {
        load: (after, limit) => rules.list(tx, domain.name, after, limit),
        keyOf: ({ id }) => id,
      })
      return {
        RoutingRules: items.map(({ id, body }) => show(domain, id, body)),
        ...(next !== undefined && { NextToken: next }),
      }
    }),
})

export const DeleteRoutingRule = operation(DeleteRoutingRuleCommand, {
  access: onRule("DeleteRoutingRule"),
  async handle({ DomainName, RoutingRuleId }, context) {
    await context.store.transact(async (tx) => {
      const { name } = await getDomain(tx, DomainName, context)
      if (!(await rules.remove(tx, name, RoutingRuleId))) throw partNotFound("routing rule")
      await domainChanged(tx, name)
    })
    return {}
  },
})
