import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { showPrincipals, storePrincipals } from "../../iam/service.ts"
import { onFunction } from "../access.ts"
import { functionArn } from "../arns.ts"
import { resourceNotFound, revisionMismatch } from "../errors.ts"
import { readFunction } from "../functions/find.ts"
import { addressed } from "../functions/name.ts"
import { LATEST_NAME } from "../functions/record.ts"
import type { StatementRequirement } from "../state-facts.ts"
import {
  invalidPrincipal,
  latestHasNoPolicy,
  noPolicy,
  noPolicyFor,
  policyTooLong,
  statementExists,
  statementNotFound,
} from "./errors.ts"
import { findPlace } from "./place.ts"
import { policyDocument, readStatements, writeStatements } from "./record.ts"
import { makeStatement, type PermissionStatement } from "./statement.ts"

/** Developer Guide, "Lambda quotas": a resource-based policy. */
const MOST_BYTES = 20 * 1024

export const AddPermission = operation(AddPermissionCommand, {
  access: (input, scope) => ({
    ...onFunction(input, scope),
    context: { "lambda:Principal": input.Principal, "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType },
  }),
  async handle(input, context) {
    const address = addressed(input, context)
    const { qualifier, ...name } = address
    if (qualifier === LATEST_NAME) throw latestHasNoPolicy()
    const statement = await context.store.transact(async (tx) => {
      const { place, revisionId, revise } = await findPlace(tx, address)
      const made = makeStatement(input, functionArn(name, qualifier))
      assertRevision(input.RevisionId, revisionId)
      const before = await readStatements(tx, place)
      if (before.some(({ Sid }) => Sid === made.Sid)) throw statementExists(made.Sid)
      const after = [...before, await stored(tx, made)]
      const bytes = Buffer.byteLength(await showPrincipals(tx, policyDocument(after)))
      if (bytes > MOST_BYTES) throw policyTooLong(bytes, MOST_BYTES)
      await writeStatements(tx, place, after)
      await revise(tx)
      return made
    })
    return { Statement: JSON.stringify(statement) }
  },
})

export const RemovePermission = operation(RemovePermissionCommand, {
  access: (input, scope): StatementRequirement => ({
    ...onFunction(input, scope),
    statementId: input.StatementId,
  }),
  async handle(input, context) {
    const address = addressed(input, context)
    const { qualifier, ...name } = address
    await context.store.transact(async (tx) => {
      if (!(await readFunction(tx, name))) throw noPolicyFor(functionArn(name, qualifier))
      const { place, revisionId, revise } = await findPlace(tx, address)
      const before = await readStatements(tx, place)
      if (before.length === 0) throw noPolicy()
      const after = before.filter(({ Sid }) => Sid !== input.StatementId)
      if (after.length === before.length) throw statementNotFound(input.StatementId)
      assertRevision(input.RevisionId, revisionId)
      await writeStatements(tx, place, after)
      await revise(tx)
    })
    return {}
  },
})

export const GetPolicy = operation(GetPolicyCommand, {
  access: onFunction,
  async handle(input, context) {
    return context.store.read(async (tx) => {
      const { place, revisionId } = await findPlace(tx, addressed(input, context))
      const statements = await readStatements(tx, place)
      if (statements.length === 0) throw resourceNotFound()
      return { Policy: await showPrincipals(tx, policyDocument(statements)), RevisionId: revisionId }
    })
  },
})

function assertRevision(expected: string | undefined, revisionId: string): void {
  if (expected !== undefined && expected !== revisionId) throw revisionMismatch("GetPolicy")
}

/** The statement with its user or role by its unique id; one that is not there is no principal. */
async function stored(tx: Reading, statement: PermissionStatement): Promise<PermissionStatement> {
  const found = await storePrincipals(tx, policyDocument([statement]))
  if ("unknown" in found) throw invalidPrincipal()
  return JSON.parse(found.document).Statement[0]
}
