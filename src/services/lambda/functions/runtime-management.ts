import { GetRuntimeManagementConfigCommand, PutRuntimeManagementConfigCommand } from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import { onFunction } from "../access.ts"
import { functionArn } from "../arns.ts"
import { runtimeVersionNeeded, runtimeVersionUnknown } from "../errors.ts"
import { addressed } from "./name.ts"
import { getAddressed } from "./qualifiers.ts"
import type { VersionBody } from "./record.ts"
import { runtimeVersionArn } from "./show.ts"
import { updateVersion } from "./versions.ts"

const show = ({ runtimeManagement }: VersionBody, arn: string) => ({
  ...(runtimeManagement ?? { UpdateRuntimeOn: "Auto" as const }),
  FunctionArn: arn,
})

export const GetRuntimeManagementConfig = operation(GetRuntimeManagementConfigCommand, {
  access: onFunction,
  async handle(input, context) {
    const named = addressed(input, context)
    const { body } = await context.store.read((tx) => getAddressed(tx, named))
    return show(body, functionArn(named, named.qualifier))
  },
})

export const PutRuntimeManagementConfig = operation(PutRuntimeManagementConfigCommand, {
  access: onFunction,
  async handle(input, context) {
    const { UpdateRuntimeOn, RuntimeVersionArn } = input
    const named = addressed(input, context)
    if ((UpdateRuntimeOn === "Manual") !== (RuntimeVersionArn !== undefined)) throw runtimeVersionNeeded()
    const changed = await context.store.transact(async (tx) => {
      const version = await getAddressed(tx, named)
      // There is one build of each runtime here, which nothing else can stand for.
      const { runtimeManagement: _, ...body } = version.body
      if (RuntimeVersionArn !== undefined && RuntimeVersionArn !== runtimeVersionArn(named.region, body))
        throw runtimeVersionUnknown(RuntimeVersionArn)
      const runtimeManagement = { UpdateRuntimeOn, ...(RuntimeVersionArn !== undefined && { RuntimeVersionArn }) }
      return updateVersion(tx, { ...version, body: { ...body, runtimeManagement } })
    })
    return show(changed.body, functionArn(named, named.qualifier))
  },
})
