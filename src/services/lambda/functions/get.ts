import { type FunctionConfiguration, GetFunctionCommand, GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onFunction } from "../access.ts"
import { codeLocation } from "../code/download.ts"
import { addressed, type NamesFunction } from "./name.ts"
import { getAddressed } from "./qualifiers.ts"
import type { FunctionVersion } from "./record.ts"
import { showVersion } from "./show.ts"

export const GetFunctionConfiguration = operation(GetFunctionConfigurationCommand, {
  access: onFunction,
  handle: async (input, context) => (await describe(input, context)).configuration,
})

export const GetFunction = operation(GetFunctionCommand, {
  access: onFunction,
  async handle(input, context) {
    const { version, configuration, qualifier } = await describe(input, context)
    const { tags, reservedConcurrency } = version.function.body
    const showsConcurrency = qualifier === undefined && reservedConcurrency !== undefined
    return {
      Configuration: configuration,
      Code: { RepositoryType: "S3", Location: codeLocation(context, version.body.code) },
      ...(Object.keys(tags).length > 0 && { Tags: tags }),
      ...(showsConcurrency && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    }
  },
})

/** Its ARN has the qualifier that was asked for. */
async function describe(
  input: NamesFunction,
  context: CallContext,
): Promise<{ version: FunctionVersion; configuration: FunctionConfiguration; qualifier: string | undefined }> {
  const named = addressed(input, context)
  const version = await context.store.read((tx) => getAddressed(tx, named))
  const { qualifier } = named
  return { version, configuration: await showVersion(context, version, qualifier), qualifier }
}
