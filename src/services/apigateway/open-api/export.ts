import { GetExportCommand, type GetExportCommandOutput } from "@aws-sdk/client-api-gateway"
import { stringify } from "yaml"
import { siteUrl } from "../../../base/endpoint.ts"
import { operation } from "../../../operation.ts"
import { showPrincipals } from "../../iam/service.ts"
import { on } from "../access.ts"
import { snapshots } from "../deployments/record.ts"
import { badRequest, notFound, stageNotFound } from "../errors.ts"
import { getRestApi } from "../rest-apis/get.ts"
import { isStageName, stages } from "../stages/record.ts"
import type { ExportOptions } from "./references.ts"
import { writeDefinition } from "./write.ts"

const EXTENSIONS = ["integrations", "authorizers", "apigateway", "postman"]

/** UNVERIFIED texts. */
function optionsOf(exportType: string, parameters: Record<string, string> = {}): ExportOptions {
  if (exportType !== "swagger" && exportType !== "oas30")
    throw notFound(`Invalid export type specified: ${exportType}. Valid options are swagger,oas30`)
  const asked = [parameters.extensions, parameters.Extensions]
    .flatMap((list) => (list ?? "").split(","))
    .filter(Boolean)
  const unknown = asked.find((name) => !EXTENSIONS.includes(name))
  if (unknown !== undefined) throw badRequest(`Invalid extensions parameter specified: ${unknown}`)
  if (asked.includes("postman")) throw badRequest("Hallpass does not write Postman's extensions.")
  const all = asked.includes("apigateway")
  return {
    is: exportType,
    all,
    integrations: all || asked.includes("integrations"),
    authorizers: all || asked.includes("authorizers"),
  }
}

export const GetExport = operation(GetExportCommand, {
  access: on("GET", "/restapis/{restApiId}/stages/{stageName}/exports/{exportType}"),
  async handle({ restApiId, stageName, exportType, parameters, accepts = "application/json" }, context) {
    const options = optionsOf(exportType, parameters)
    const isYaml = accepts.includes("yaml")
    const { store, endpoint, region, clock } = context
    const definition = await store.read(async (tx) => {
      const record = await getRestApi(tx, context, restApiId)
      const stage = isStageName(stageName) ? await stages.read(tx, restApiId, stageName) : undefined
      if (!stage) throw stageNotFound()
      const snapshot = await snapshots.read(tx, restApiId, stage.deploymentId)
      if (!snapshot) throw stageNotFound()
      // Principals are kept by their ids.
      const policy = snapshot.policy === undefined ? undefined : await showPrincipals(tx, snapshot.policy)
      const shown = policy === undefined ? snapshot : { ...snapshot, policy }
      return writeDefinition(
        { snapshot: shown, record, stageName, url: siteUrl(endpoint, `${restApiId}.execute-api.${region}`) },
        options,
      )
    })
    const time = new Date(clock.now()).toISOString().replace(/[:]|\.\d+/g, "")
    const text = isYaml ? stringify(definition) : JSON.stringify(definition, undefined, 2)
    return {
      contentType: isYaml ? "application/yaml" : "application/json",
      contentDisposition: `attachment; filename="${options.is}_${time}.${isYaml ? "yaml" : "json"}"`,
      body: Buffer.from(text) as Uint8Array as GetExportCommandOutput["body"],
    }
  },
})
