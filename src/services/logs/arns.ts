import { formatArn, parseArn } from "../../base/arn.ts"

/** Whose a log group is, and where. */
export interface GroupName {
  account: string
  region: string
  name: string
}

/** As tags are set on it; policies for everything else name what is in it. */
export const groupArn = ({ account, region, name }: GroupName): string =>
  formatArn({ service: "logs", region, account, resource: `log-group:${name}` })

/**
 * What a stream's operations are decided by; those of a group are decided by a stream without a name. Recorded 05-2019
 * (hashicorp/terraform-provider-aws #8804), 01-2017 (prowler-cloud/prowler #37), 12-2019 (aws-solutions/aws-crr-monitor #8).
 */
export const streamArn = (group: GroupName, stream = ""): string => `${groupArn(group)}:log-stream:${stream}`

/** The group of a group's or a stream's ARN, with or without the `:*` that DescribeLogGroups shows. */
export function parseGroupArn(text: string): GroupName | undefined {
  const { service, region, account, resource = "" } = parseArn(text) ?? {}
  const [, name] = /^log-group:([^:]+)(?::\*|:log-stream:.*)?$/s.exec(resource) ?? []
  return service === "logs" && region && account && name !== undefined ? { account, region, name } : undefined
}
