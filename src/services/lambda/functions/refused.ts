import type { CreateFunctionRequest, VpcConfigResponse } from "@aws-sdk/client-lambda"
import { imagesNotTaken, notBuilt, securityGroupUnknown, subnetUnknown } from "../errors.ts"

export type Settings = Partial<Omit<CreateFunctionRequest, "FunctionName" | "Code" | "Tags" | "Publish">>

/** What is not offered here is refused, rather than kept and not honoured. */
export function refuseUnbuilt(settings: Settings): void {
  if (settings.PackageType === "Image" || isSet(settings.ImageConfig)) throw imagesNotTaken()
  if (settings.PublishTo !== undefined) throw notBuilt("PublishTo of AWS Lambda")
  if (isSet(settings.CapacityProviderConfig)) throw notBuilt("capacity providers of AWS Lambda")
  if (isSet(settings.DurableConfig)) throw notBuilt("durable functions of AWS Lambda")
  if (isSet(settings.TenancyConfig)) throw notBuilt("tenant isolation of AWS Lambda")
  if (settings.FileSystemConfigs?.length) throw notBuilt("file systems of AWS Lambda functions")
  if (settings.SnapStart?.ApplyOn === "PublishedVersions") throw notBuilt("SnapStart of AWS Lambda")
}

const isSet = (config: object | undefined): boolean => config !== undefined && Object.keys(config).length > 0

/**
 * Functions run on this server's network: no subnet is there to be named, and AWS's own words say so. What takes a function
 * out of a network again is always right.
 */
export function vpcConfig({ VpcConfig }: Settings): VpcConfigResponse | undefined {
  if (VpcConfig === undefined) return undefined
  const [subnet] = VpcConfig.SubnetIds ?? []
  if (subnet !== undefined) throw subnetUnknown(subnet)
  const [group] = VpcConfig.SecurityGroupIds ?? []
  if (group !== undefined) throw securityGroupUnknown(group)
  return { SubnetIds: [], SecurityGroupIds: [], VpcId: "", Ipv6AllowedForDualStack: false }
}
