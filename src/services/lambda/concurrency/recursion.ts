import { GetFunctionRecursionConfigCommand, PutFunctionRecursionConfigCommand } from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import { onWholeFunction } from "../access.ts"
import { getFunction, updateFunction } from "../functions/find.ts"
import { addressed } from "../functions/name.ts"

/* Whether a function is stopped that comes back to itself (`invocations/lineage.ts`). */

export const PutFunctionRecursionConfig = operation(PutFunctionRecursionConfigCommand, {
  access: onWholeFunction,
  async handle({ FunctionName, RecursiveLoop }, context) {
    const { qualifier: _, ...name } = addressed({ FunctionName }, context)
    await context.store.transact(async (tx) => {
      const record = await getFunction(tx, name)
      await updateFunction(tx, { ...record, body: { ...record.body, recursiveLoop: RecursiveLoop } })
    })
    return { RecursiveLoop }
  },
})

export const GetFunctionRecursionConfig = operation(GetFunctionRecursionConfigCommand, {
  access: onWholeFunction,
  async handle({ FunctionName }, context) {
    const { qualifier: _, ...name } = addressed({ FunctionName }, context)
    const { body } = await context.store.read((tx) => getFunction(tx, name))
    return { RecursiveLoop: body.recursiveLoop ?? "Terminate" }
  },
})
