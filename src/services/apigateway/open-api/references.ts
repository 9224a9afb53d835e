/** What of API Gateway's own an export has. */
export interface ExportOptions {
  is: "swagger" | "oas30"
  integrations: boolean
  authorizers: boolean
  /** Whatever else `x-amazon-apigateway-` says. */
  all: boolean
}

/** What stands before a schema's name in a `$ref`. */
export const referenceTo = (isSwagger: boolean): string => (isSwagger ? "#/definitions/" : "#/components/schemas/")
