import { SERVICE_NAMES } from "./service-names.ts"

const ACCOUNT = /^\d{12}$/
const IAM_ARN =
  /^arn:[a-z-]+:(?:iam::\d{12}:(?:root|(?:user|role)\/[^*?]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[^*?]+)$/

/** Whether a value of `AWS` can name a principal: everyone, an account, or an ARN without wildcards. */
export const isAwsPrincipal = (value: string): boolean => value === "*" || ACCOUNT.test(value) || IAM_ARN.test(value)

/** Whether a value of `AWS` names a user or role, which has to exist. Sessions and accounts are not looked for. */
export const isUserOrRole = (value: string): boolean => /^arn:[a-z-]+:iam::\d{12}:(?:user|role)\//.test(value)

/** Whether a value of `Service` is a service of AWS: `lambda.amazonaws.com`, `states.eu-west-1.amazonaws.com`. */
export function isServicePrincipal(value: string): boolean {
  const match = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.(?:amazonaws\.com(?:\.cn)?|aws\.internal|aws\.dev)$/.exec(value)
  if (match === null) return false
  const labels = (match[1] as string).split(".")
  return labels.some((label) => SERVICE_NAMES.has(label))
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i
const PROVIDER_ARN = /^arn:[a-z-]+:iam::\d{12}:(?:saml|oidc)-provider\/\S+$/

/** Whether a value of `Federated` can name an identity provider. */
export const isFederatedPrincipal = (value: string): boolean => DOMAIN.test(value) || PROVIDER_ARN.test(value)
