import { parseArn } from "../../../base/arn.ts"

export const INVOKE = "execute-api:Invoke"

/** What an ARN of the data plane is about: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`. */
export interface InvokeArn {
  account: string
  region: string
  apiId: string
  stageName: string
}

export function parseInvokeArn(text: string): InvokeArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== "execute-api") return undefined
  const [apiId = "", stageName = ""] = arn.resource.split("/", 2)
  return { account: arn.account, region: arn.region, apiId, stageName }
}

/** As refusals name it: the account by its last four digits (refusals quoted by many, 2019 to 2025). */
export const maskArn = (arn: string): string =>
  arn.replace(/^(arn:[^:]*:execute-api:[^:]*:)\d{8}(\d{4}:)/, (_, before, after) => `${before}********${after}`)
