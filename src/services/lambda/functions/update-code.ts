import { UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda"
import { operation } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { onFunction } from "../access.ts"
import { arriveCode, keepingCode } from "../code/source.ts"
import { assertSigned } from "../code-signing/functions.ts"
import { imageUriNotTaken, notBuilt } from "../errors.ts"
import { unzippedBytes } from "../layers/resolve.ts"
import { changeLatest, getChangeable } from "./change.ts"
import { publish } from "./publish.ts"
import { type FunctionVersion, LATEST, versionName } from "./record.ts"
import { showVersion } from "./show.ts"

export const UpdateFunctionCode = operation(UpdateFunctionCodeCommand, {
  access: onFunction,
  async handle(input, context) {
    const { store, bytes } = context
    if (input.PublishTo !== undefined) throw notBuilt("PublishTo of AWS Lambda")
    const findLatest = async (tx: Reading): Promise<FunctionVersion> => {
      const found = await getChangeable(tx, context, input)
      await assertSigned(tx, found.function)
      return found
    }
    const present = await store.read(findLatest)
    if (input.ImageUri !== undefined) throw imageUriNotTaken()
    const arrived = await arriveCode(context, input, unzippedBytes(present.body.layers))
    const { Architectures } = input
    const change = async (tx: Writing): Promise<FunctionVersion> => {
      const latest = await findLatest(tx)
      await bytes.keep(tx, arrived.written)
      const configuration = { ...latest.body.configuration, ...(Architectures && { Architectures }) }
      const changed = await changeLatest(tx, context, latest, { code: arrived.code, configuration })
      return input.Publish ? publish(tx, context, changed) : changed
    }
    if (input.DryRun) {
      await bytes.discard(arrived.written)
      // What would be: nothing is stored, and nothing is in progress.
      return showVersion(context, { ...present, body: { ...present.body, code: arrived.code } })
    }
    const changed = await keepingCode(context, arrived, () => store.transact(change))
    return showVersion(context, changed, changed.version === LATEST ? undefined : versionName(changed.version))
  },
})
