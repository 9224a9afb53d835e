import type { GetLayerVersionResponse, LayerVersionsListItem } from "@aws-sdk/client-lambda"
import type { Deps } from "../../../call.ts"
import { codeLocation } from "../code/download.ts"
import { showTime } from "../functions/show.ts"
import { layerArn } from "./name.ts"
import type { LayerVersion } from "./record.ts"

/** What was not sent is left out; what was sent empty is empty (recorded 2025-11). */
export function listedVersion({ layer, version, body }: LayerVersion): LayerVersionsListItem {
  return {
    LayerVersionArn: layerArn(layer, version),
    Version: version,
    Description: body.description,
    CreatedDate: showTime(body.createdAt),
    ...(body.runtimes && { CompatibleRuntimes: body.runtimes }),
    ...(body.architectures && { CompatibleArchitectures: body.architectures }),
    ...(body.licenseInfo !== undefined && { LicenseInfo: body.licenseInfo }),
  }
}

export function showLayerVersion(deps: Deps, found: LayerVersion): GetLayerVersionResponse {
  const { code } = found.body
  return {
    Content: { Location: codeLocation(deps, code), CodeSha256: code.sha256, CodeSize: code.segment.size },
    LayerArn: layerArn(found.layer),
    ...listedVersion(found),
  }
}
