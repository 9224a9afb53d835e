import {
  AddLayerVersionPermissionCommand,
  GetLayerVersionPolicyCommand,
  RemoveLayerVersionPermissionCommand,
} from "@aws-sdk/client-lambda"
import { randomUUID } from "../../../base/random.ts"
import { operation, type Scope } from "../../../operation.ts"
import { type CompiledPolicy, compile } from "../../../policy/index.ts"
import type { Reading } from "../../../store/store.ts"
import { layerVersionNotFound, revisionMismatch } from "../errors.ts"
import { noPolicy, statementExists, statementNotFound } from "../permissions/errors.ts"
import { onLayerVersion } from "./access.ts"
import { layerArn, parseLayerName } from "./name.ts"
import {
  type LayerPolicy,
  type LayerStatement,
  type LayerVersion,
  readLayerVersion,
  updateLayerVersion,
} from "./record.ts"

const documentOf = ({ statements }: LayerPolicy) => ({ Version: "2012-10-17", Id: "default", Statement: statements })

/** As authorization reads it. */
export const compiledPolicy = ({ layer, body: { policy } }: LayerVersion): CompiledPolicy | undefined =>
  policy && compile(documentOf(policy), { name: `layer ${layer.name}` })

interface Named {
  LayerName: string
  VersionNumber: number
}

async function getVersion(tx: Reading, { LayerName, VersionNumber }: Named, scope: Scope): Promise<LayerVersion> {
  const layer = parseLayerName(LayerName, scope)
  const found = await readLayerVersion(tx, layer, VersionNumber)
  if (!found) throw layerVersionNotFound(layerArn(layer, VersionNumber))
  return found
}

function assertRevision({ body }: LayerVersion, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== body.policy?.revisionId) throw revisionMismatch("GetLayerPolicy")
}

export const AddLayerVersionPermission = operation(AddLayerVersionPermissionCommand, {
  access: onLayerVersion,
  async handle(input, context) {
    const { StatementId, Action, Principal, OrganizationId, RevisionId } = input
    const { statement, policy } = await context.store.transact(async (tx) => {
      const found = await getVersion(tx, input, context)
      const statements = found.body.policy?.statements ?? []
      if (statements.some(({ Sid }) => Sid === StatementId)) throw statementExists(StatementId)
      assertRevision(found, RevisionId)
      const statement: LayerStatement = {
        Sid: StatementId,
        Effect: "Allow",
        Principal: parsePrincipal(Principal),
        Action,
        Resource: layerArn(found.layer, found.version),
        ...(OrganizationId && { Condition: { StringEquals: { "aws:PrincipalOrgID": OrganizationId } } }),
      }
      const policy: LayerPolicy = { statements: [...statements, statement], revisionId: randomUUID() }
      await updateLayerVersion(tx, { ...found, body: { ...found.body, policy } })
      return { statement, policy }
    })
    return { Statement: JSON.stringify(statement), RevisionId: policy.revisionId }
  },
})

/** `*`, an account, or its root. */
const parsePrincipal = (principal: string): LayerStatement["Principal"] => {
  if (principal === "*") return "*"
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal }
}

export const RemoveLayerVersionPermission = operation(RemoveLayerVersionPermissionCommand, {
  access: onLayerVersion,
  async handle(input, context) {
    await context.store.transact(async (tx) => {
      const found = await getVersion(tx, input, context)
      const { policy, ...body } = found.body
      const statements = policy?.statements.filter(({ Sid }) => Sid !== input.StatementId) ?? []
      if (statements.length === (policy?.statements.length ?? 0)) throw statementNotFound(input.StatementId)
      assertRevision(found, input.RevisionId)
      const rest = statements.length > 0 && { policy: { statements, revisionId: randomUUID() } }
      await updateLayerVersion(tx, { ...found, body: { ...body, ...rest } })
    })
    return {}
  },
})

export const GetLayerVersionPolicy = operation(GetLayerVersionPolicyCommand, {
  access: onLayerVersion,
  async handle(input, context) {
    const { policy } = (await context.store.read((tx) => getVersion(tx, input, context))).body
    if (!policy) throw noPolicy()
    return { Policy: JSON.stringify(documentOf(policy)), RevisionId: policy.revisionId }
  },
})
