import { PublishLayerVersionCommand } from "@aws-sdk/client-lambda"
import { operation, type Scope } from "../../../operation.ts"
import { arriveCode, keepingCode } from "../code/source.ts"
import { addCodeUser } from "../code/users.ts"
import { otherAccount } from "../errors.ts"
import { type LayerName, layerArn, parseLayerName } from "./name.ts"
import { addLayerVersion, type LayerVersionBody } from "./record.ts"
import { showLayerVersion } from "./show.ts"

/** Layers are published in the caller's own account. */
function ownLayer({ LayerName }: { LayerName: string }, scope: Scope): LayerName {
  const layer = parseLayerName(LayerName, scope)
  if (layer.account !== scope.account) throw otherAccount()
  return layer
}

export const PublishLayerVersion = operation(PublishLayerVersionCommand, {
  access: (input, scope) => ({ resource: layerArn(ownLayer(input, scope)) }),
  async handle(input, context) {
    const { store, bytes, clock } = context
    const { Content, Description = "", CompatibleRuntimes, CompatibleArchitectures, LicenseInfo } = input
    const layer = ownLayer(input, context)
    const arrived = await arriveCode(context, Content)
    const body: LayerVersionBody = {
      description: Description,
      createdAt: clock.now(),
      ...(CompatibleRuntimes && { runtimes: CompatibleRuntimes }),
      ...(CompatibleArchitectures && { architectures: CompatibleArchitectures }),
      ...(LicenseInfo !== undefined && { licenseInfo: LicenseInfo }),
      code: arrived.code,
    }
    const published = await keepingCode(context, arrived, () =>
      store.transact(async (tx) => {
        await bytes.keep(tx, arrived.written)
        const added = await addLayerVersion(tx, layer, body)
        await addCodeUser(tx, body.code.segment.id, { layerVersionArn: layerArn(layer, added.version) })
        return added
      }),
    )
    return showLayerVersion(context, published)
  },
})
