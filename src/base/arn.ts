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
  if (!text.startsWith("arn:")) return undefined
  const afterPartition = text.indexOf(":", 4)
  const afterService = afterPartition < 0 ? -1 : text.indexOf(":", afterPartition + 1)
  const afterRegion = afterService < 0 ? -1 : text.indexOf(":", afterService + 1)
  const afterAccount = afterRegion < 0 ? -1 : text.indexOf(":", afterRegion + 1)
  if (afterAccount < 0) return undefined
  const partition = text.slice(4, afterPartition)
  const service = text.slice(afterPartition + 1, afterService)
  if (partition === "" || service === "") return undefined
  return {
    partition,
    service,
    region: text.slice(afterService + 1, afterRegion),
    account: text.slice(afterRegion + 1, afterAccount),
    resource: text.slice(afterAccount + 1),
  }
}

export const formatArn = (arn: Omit<Arn, "partition"> & { partition?: string }): string =>
  `arn:${arn.partition ?? "aws"}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`
