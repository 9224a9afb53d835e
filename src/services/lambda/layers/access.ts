import type { Requirement } from "../../../authorization/requirement.ts"
import type { Scope } from "../../../operation.ts"
import { layerArn, parseLayerName } from "./name.ts"

/** The operation's own action on a version of a layer. */
export const onLayerVersion = (
  { LayerName, VersionNumber }: { LayerName: string; VersionNumber: number },
  scope: Scope,
): Requirement => ({ resource: layerArn(parseLayerName(LayerName, scope), VersionNumber) })
