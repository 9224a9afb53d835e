import {
  CreateVpcLinkCommand,
  DeleteVpcLinkCommand,
  GetVpcLinkCommand,
  GetVpcLinksCommand,
  UpdateVpcLinkCommand,
} from "@aws-sdk/client-api-gateway"
import { parseArn } from "../../../base/arn.ts"
import { operation } from "../../../operation.ts"
import { on, toCreate } from "../access.ts"
import { badRequest, vpcLinkNotFound } from "../errors.ts"

// There are no private networks of an account here that a link could lead to: there never is one.

const LINK = "/vpclinks/{vpcLinkId}"

const none = async (): Promise<never> => {
  throw vpcLinkNotFound()
}

export const CreateVpcLink = operation(CreateVpcLinkCommand, {
  access: toCreate("/vpclinks"),
  async handle({ name, targetArns }) {
    if (name.trim() === "") throw badRequest("Name cannot be empty")
    const wrong = targetArns.find((arn) => !parseArn(arn))
    if (wrong !== undefined) throw badRequest(`Invalid ARN. ARN is not well formed ${wrong}`)
    const error = badRequest(
      "VPC links are not supported by this server. Use integrations with the connection type INTERNET.",
    )
    error.because = { check: "what this server has", found: "no private networks" }
    throw error
  },
})
export const GetVpcLink = operation(GetVpcLinkCommand, { access: on("GET", LINK), handle: none })
export const GetVpcLinks = operation(GetVpcLinksCommand, {
  access: on("GET", "/vpclinks"),
  handle: async () => ({ items: [] }),
})
export const UpdateVpcLink = operation(UpdateVpcLinkCommand, { access: on("PATCH", LINK), handle: none })
export const DeleteVpcLink = operation(DeleteVpcLinkCommand, { access: on("DELETE", LINK), handle: none })
