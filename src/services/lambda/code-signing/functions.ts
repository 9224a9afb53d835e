import {
  DeleteFunctionCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  ListFunctionsByCodeSigningConfigCommand,
  PutFunctionCodeSigningConfigCommand,
} from "@aws-sdk/client-lambda"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { onWholeFunction } from "../access.ts"
import { functionArn } from "../arns.ts"
import { getFunction } from "../functions/find.ts"
import { addressed } from "../functions/name.ts"
import type { FunctionRecord } from "../functions/record.ts"
import { listPage } from "../paging.ts"
import { codeNotSigned, configToUseNotFound } from "./errors.ts"
import { getConfig } from "./operations.ts"
import { bind, codeSigningArn, listBound, readBinding, readCodeSigning, unbind } from "./record.ts"

export const PutFunctionCodeSigningConfig = operation(PutFunctionCodeSigningConfigCommand, {
  // On both (service authorization reference, AWS Lambda).
  access: (input, scope) =>
    [onWholeFunction(input, scope).resource, input.CodeSigningConfigArn].map((resource) => ({
      resource,
      context: { "lambda:CodeSigningConfigArn": input.CodeSigningConfigArn },
    })),
  async handle({ FunctionName, CodeSigningConfigArn }, context) {
    const { qualifier: _, ...name } = addressed({ FunctionName }, context)
    await context.store.transact(async (tx) => bindConfig(tx, await getFunction(tx, name), CodeSigningConfigArn))
    return { CodeSigningConfigArn, FunctionName: name.name }
  },
})

export const GetFunctionCodeSigningConfig = operation(GetFunctionCodeSigningConfigCommand, {
  access: onWholeFunction,
  async handle({ FunctionName }, context) {
    const { qualifier: _, ...name } = addressed({ FunctionName }, context)
    const id = await context.store.read(async (tx) => readBinding(tx, (await getFunction(tx, name)).id))
    // Terraform asks for it of every function, and reads an answer without an ARN as none.
    return {
      CodeSigningConfigArn: id === undefined ? undefined : codeSigningArn({ ...context, id }),
      FunctionName: name.name,
    }
  },
})

export const DeleteFunctionCodeSigningConfig = operation(DeleteFunctionCodeSigningConfigCommand, {
  access: onWholeFunction,
  async handle({ FunctionName }, context) {
    const { qualifier: _, ...name } = addressed({ FunctionName }, context)
    await context.store.transact(async (tx) => unbind(tx, (await getFunction(tx, name)).id))
    return {}
  },
})

export const ListFunctionsByCodeSigningConfig = operation(ListFunctionsByCodeSigningConfigCommand, {
  access: ({ CodeSigningConfigArn }) => ({ resource: CodeSigningConfigArn }),
  async handle(input, context) {
    const { store, masterKey, account, region } = context
    const { items, ...next } = await store.read(async (tx) => {
      const { id } = await getConfig(tx, input.CodeSigningConfigArn, context)
      return listPage(masterKey, `lambda signed functions ${id}`, input, {
        load: (after, limit) => listBound(tx, id, after, limit),
        keyOf: (name) => name,
      })
    })
    return {
      FunctionArns: items.map((name) => functionArn({ account, region, name })),
      ...next,
    }
  },
})

/** Holds the function's code to a configuration from its next deployment on. */
export async function bindConfig(tx: Writing, record: FunctionRecord, arn: string): Promise<void> {
  const id = arn.slice(arn.lastIndexOf(":") + 1)
  const { account, region } = record
  const found = codeSigningArn({ account, region, id }) === arn && (await readCodeSigning(tx, { account, region, id }))
  if (!found) throw configToUseNotFound(arn)
  await bind(tx, record.id, record.name, id)
}

/**
 * Code here is never signed: AWS Signer, which alone signs it, is not here. So where a configuration says `Enforce`, all code
 * is refused, as AWS refuses what is not signed; where it says `Warn`, all is taken.
 */
export async function assertSigned(
  tx: Reading,
  { account, region, id: functionId, name }: FunctionRecord,
): Promise<void> {
  const id = await readBinding(tx, functionId)
  const config =
    id === undefined ? undefined : await readCodeSigning(tx, { account, region, id } satisfies Scope & { id: string })
  if (config?.body.CodeSigningPolicies.UntrustedArtifactOnDeployment === "Enforce") throw codeNotSigned(name)
}
