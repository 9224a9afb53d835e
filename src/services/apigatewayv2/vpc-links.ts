import {
  CreateVpcLinkCommand,
  DeleteVpcLinkCommand,
  GetVpcLinkCommand,
  GetVpcLinksCommand,
  UpdateVpcLinkCommand,
} from "@aws-sdk/client-apigatewayv2"
import { operation } from "../../operation.ts"
import { creating, on } from "./access.ts"
import { partNotFound, unsupported } from "./errors.ts"

// There are no private networks of an account here that a link could lead to: there never is one.
const path = ({ VpcLinkId }: { VpcLinkId: string }) => `/vpclinks/${VpcLinkId}`
const none = async (): Promise<never> => {
  throw partNotFound("VPC link")
}

export const CreateVpcLink = operation(CreateVpcLinkCommand, {
  access: creating(() => "/vpclinks"),
  async handle() {
    throw unsupported("VPC links are not supported by this server. Use integrations with the connection type INTERNET.")
  },
})
export const GetVpcLink = operation(GetVpcLinkCommand, { access: on("GET", path), handle: none })
export const GetVpcLinks = operation(GetVpcLinksCommand, {
  access: on("GET", () => "/vpclinks"),
  handle: async () => ({ Items: [] }),
})
export const UpdateVpcLink = operation(UpdateVpcLinkCommand, { access: on("PATCH", path), handle: none })
export const DeleteVpcLink = operation(DeleteVpcLinkCommand, { access: on("DELETE", path), handle: none })
