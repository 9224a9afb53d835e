import { ConfigError } from "../config.ts"
import type { TemplateOptions } from "../policy-tools/cloudformation/template.ts"

/** Flags of the commands that read CloudFormation templates. */
export const TEMPLATE_FLAGS = {
  parameter: { type: "string", multiple: true },
  "account-id": { type: "string" },
  region: { type: "string" },
} as const

export const TEMPLATE_HELP = `  --parameter N=V   value of a template's parameter, or of what only a deployment knows (Api.RootResourceId=abc);
                    repeatable
  --account-id ID   AWS::AccountId of templates (123456789012)
  --region NAME     AWS::Region of templates    (us-east-1)`

export function readParameters(values: {
  parameter?: string[]
  "account-id"?: string
  region?: string
}): TemplateOptions {
  const account = values["account-id"] ?? "123456789012"
  if (!/^\d{12}$/.test(account)) throw new ConfigError(`--account-id '${account}' is not 12 digits.`)
  const given = (values.parameter ?? []).map((text): [string, string] => {
    const [name = "", ...value] = text.split("=")
    if (name === "" || value.length === 0) throw new ConfigError(`--parameter '${text}' is not of the form NAME=VALUE.`)
    return [name, value.join("=")]
  })
  return { account, region: values.region ?? "us-east-1", given: new Map(given) }
}
