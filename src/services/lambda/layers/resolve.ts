import type { CallContext } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import { layerElsewhere, layerTwice, layerUnknown, tooManyLayers } from "../errors.ts"
import type { VersionBody } from "../functions/record.ts"
import { parseLayerVersionArn } from "./name.ts"
import { readLayerVersion } from "./record.ts"

/** Developer Guide, "Lambda quotas". */
const LAYERS_AT_MOST = 5

export interface ResolvedLayers {
  /** What is stored of them, as they are now. Throws where one is not there. */
  read(tx: Reading): Promise<VersionBody["layers"]>
}

/**
 * The versions of layers that a function is to have. Who gives a function a layer needs lambda:GetLayerVersion on it, which
 * of other accounts the layer's policy has to allow as well.
 */
export async function resolveLayers(
  { region, assertAllowed }: CallContext,
  arns: readonly string[],
): Promise<ResolvedLayers> {
  if (arns.length > LAYERS_AT_MOST) throw tooManyLayers(LAYERS_AT_MOST)
  const layers = arns.map((arn) => {
    const named = parseLayerVersionArn(arn)
    if (!named) throw layerUnknown(arn)
    return { arn, named }
  })
  if (layers.some(({ named }) => named.region !== region)) throw layerElsewhere(region)
  const seen = new Map<string, string>()
  for (const { arn } of layers) {
    const layer = arn.slice(0, arn.lastIndexOf(":"))
    const first = seen.get(layer)
    if (first !== undefined) throw layerTwice(first, arn)
    seen.set(layer, arn)
  }
  for (const { arn } of layers) await assertAllowed({ action: "lambda:GetLayerVersion", resource: arn })
  return {
    async read(tx) {
      const found: VersionBody["layers"] = []
      for (const { arn, named } of layers) {
        const version = await readLayerVersion(tx, named, named.version)
        if (!version) throw layerUnknown(arn)
        found.push({ arn, code: version.body.code })
      }
      return found
    },
  }
}

/** What they come to, which the code of a function is unzipped together with. */
export const unzippedBytes = (layers: VersionBody["layers"]): number =>
  layers.reduce((sum, { code }) => sum + code.unzippedBytes, 0)
