import { formatArn } from "../../base/arn.ts"

/** Whose a function is, and where. */
export interface FunctionName {
  account: string
  region: string
  /** Without qualifier. */
  name: string
}

/** With the qualifier where one is given: `$LATEST`, a version or an alias. */
export const functionArn = ({ account, region, name }: FunctionName, qualifier?: string): string =>
  formatArn({
    service: "lambda",
    region,
    account,
    resource: qualifier === undefined ? `function:${name}` : `function:${name}:${qualifier}`,
  })
