import {
  CreateDomainNameAccessAssociationCommand,
  DeleteDomainNameAccessAssociationCommand,
  GetDomainNameAccessAssociationsCommand,
  RejectDomainNameAccessAssociationCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import { on, toCreate } from "../access.ts"
import { badRequest, notFound } from "../errors.ts"

// They let VPC endpoints reach private domain names, neither of which is here: there never is one. UNVERIFIED texts.

const none = async (): Promise<never> => {
  throw notFound("Invalid domain name access association identifier specified")
}

export const CreateDomainNameAccessAssociation = operation(CreateDomainNameAccessAssociationCommand, {
  access: toCreate("/domainnameaccessassociations"),
  async handle() {
    const error = badRequest("Private custom domain names are not supported by this server.")
    error.because = { check: "what this server has", found: "no VPC endpoints" }
    throw error
  },
})
export const GetDomainNameAccessAssociations = operation(GetDomainNameAccessAssociationsCommand, {
  access: on("GET", "/domainnameaccessassociations"),
  handle: async () => ({ items: [] }),
})
export const DeleteDomainNameAccessAssociation = operation(DeleteDomainNameAccessAssociationCommand, {
  access: on("DELETE", "/domainnameaccessassociations/{domainNameAccessAssociationArn}"),
  handle: none,
})
export const RejectDomainNameAccessAssociation = operation(RejectDomainNameAccessAssociationCommand, {
  access: on("POST", "/rejectdomainnameaccessassociations"),
  handle: none,
})
