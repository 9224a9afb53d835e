import type { Service } from "./service.ts"

// TEMPORARY while the services are being built side by side: those that do not load are left out.
const names = ["iam", "sts", "cognito-idp", "cognito-identity", "dynamodb", "s3"]
const loaded = await Promise.all(
  names.map((name) =>
    import(`./services/${name}/service.ts`).then(
      (module) => module.service as Service,
      (error) => void console.error(`${name} is left out: ${error.message}`),
    ),
  ),
)
/** The services that this server answers for. S3 takes what no other claims. */
export const services: readonly Service[] = loaded.filter((service) => service !== undefined)
