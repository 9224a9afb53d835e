import { formatArn, parseArn } from "../../../base/arn.ts"
import type { Scope } from "../../../operation.ts"
import { otherRegion } from "../errors.ts"

/** Whose a layer is, and where. */
export interface LayerName {
  account: string
  region: string
  name: string
}

export const layerArn = ({ account, region, name }: LayerName, version?: number): string =>
  formatArn({
    service: "lambda",
    region,
    account,
    resource: version === undefined ? `layer:${name}` : `layer:${name}:${version}`,
  })

/** A `LayerName`: a name, or an ARN. The model's pattern has been held against it. */
export function parseLayerName(text: string, scope: Scope): LayerName {
  const arn = parseArn(text)
  if (!arn) return { account: scope.account, region: scope.region, name: text }
  if (arn.region !== scope.region) throw otherRegion(arn.region, scope.region)
  return { account: arn.account, region: arn.region, name: arn.resource.split(":")[1]! }
}

/** Undefined for ARNs of anything else. */
export function parseLayerVersionArn(text: string): (LayerName & { version: number }) | undefined {
  const arn = parseArn(text)
  const [kind, name, version] = arn?.resource.split(":") ?? []
  if (!arn || kind !== "layer" || !name || version === undefined || !/^\d{1,15}$/.test(version)) return undefined
  return { account: arn.account, region: arn.region, name, version: Number(version) }
}
