/** The parts of an Amazon Resource Name: `arn:partition:service:region:account:resource`. */
export interface Arn {
  partition: string
  service: string
  region: string
  account: string
  /** Everything after the fifth colon, colons and all. */
  resource: string
}

/** Undefined where the text has not the six parts of an ARN. */
export function parseArn(text: string): Arn | undefined {
  const [arn, partition, service, region, account, ...resource] = text.split(":")
  if (arn !== "arn" || !partition || !service || region === undefined || account === undefined) return undefined
  if (resource.length === 0) return undefined
  return { partition, service, region, account, resource: resource.join(":") }
}

export const formatArn = (arn: Omit<Arn, "partition"> & { partition?: string }): string =>
  `arn:${arn.partition ?? "aws"}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`
