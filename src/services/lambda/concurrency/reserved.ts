import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from "@aws-sdk/client-lambda"
import { operation, type Scope } from "../../../operation.ts"
import { onWholeFunction } from "../access.ts"
import type { FunctionName } from "../arns.ts"
import { getFunction, updateFunction } from "../functions/find.ts"
import { addressed, type NamesFunction } from "../functions/name.ts"
import { LATEST_NAME } from "../functions/record.ts"
import { ACCOUNT_EXECUTIONS, keepExecutions, keptByOthers, LEAST_UNRESERVED, readProvisioned } from "./account.ts"
import { functionsOnly, lessThanProvisioned, tooFewUnreserved } from "./errors.ts"

export const PutFunctionConcurrency = operation(PutFunctionConcurrencyCommand, {
  access: onWholeFunction,
  async handle({ FunctionName, ReservedConcurrentExecutions: reserved }, context) {
    const name = wholeFunction({ FunctionName }, context)
    await context.store.transact(async (tx) => {
      // UNVERIFIED why AWS names $LATEST here (recorded 2025-11).
      const record = await getFunction(tx, name, LATEST_NAME)
      let provisioned = 0
      for (const executions of (await readProvisioned(tx, record.id)).values()) provisioned += executions
      if (reserved < provisioned) throw lessThanProvisioned(reserved, provisioned)
      const others = await keptByOthers(tx, name, record.id)
      if (ACCOUNT_EXECUTIONS - others - reserved < LEAST_UNRESERVED)
        throw tooFewUnreserved("ReservedConcurrentExecutions", LEAST_UNRESERVED)
      await keepExecutions(tx, record, "", reserved)
      await updateFunction(tx, { ...record, body: { ...record.body, reservedConcurrency: reserved } })
    })
    return { ReservedConcurrentExecutions: reserved }
  },
})

export const GetFunctionConcurrency = operation(GetFunctionConcurrencyCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const name = wholeFunction(input, context)
    const { body } = await context.store.read((tx) => getFunction(tx, name))
    return body.reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: body.reservedConcurrency }
  },
})

export const DeleteFunctionConcurrency = operation(DeleteFunctionConcurrencyCommand, {
  access: onWholeFunction,
  async handle(input, context) {
    const name = wholeFunction(input, context)
    await context.store.transact(async (tx) => {
      const record = await getFunction(tx, name)
      const { reservedConcurrency: _, ...body } = record.body
      await keepExecutions(tx, record, "", 0)
      await updateFunction(tx, { ...record, body })
    })
    return {}
  },
})

function wholeFunction(input: NamesFunction, scope: Scope): FunctionName {
  const { qualifier, ...name } = addressed(input, scope)
  if (qualifier !== undefined) throw functionsOnly()
  return name
}
