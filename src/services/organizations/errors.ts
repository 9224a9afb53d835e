import { WireError } from "../../wire/errors.ts"

/** API Reference, "AccessDeniedException". Of operations that the management account alone may call. */
export const managementOnly = (account: string) =>
  new WireError("AccessDeniedException", "You don't have permissions to access this resource.", {
    because: { check: "the management account of the organization", account },
  })
export const alreadyMember = () =>
  new WireError("AlreadyInOrganizationException", "The AWS account is already a member of an organization.")
/** Recorded 2019 to 2022 in public issue threads. */
export const notInOrganization = () =>
  new WireError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
/** The texts of what is not there: API Reference. UNVERIFIED: their wording. */
export const accountNotFound = () =>
  new WireError("AccountNotFoundException", "You specified an account that doesn't exist.")
export const requestNotFound = () =>
  new WireError("CreateAccountStatusNotFoundException", "You specified a create account request that doesn't exist.")
export const childNotFound = () => new WireError("ChildNotFoundException", "You specified a child that doesn't exist.")
export const parentNotFound = () =>
  new WireError("ParentNotFoundException", "You specified a parent that doesn't exist.")
export const unitNotFound = () =>
  new WireError("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")
export const sourceNotFound = () =>
  new WireError("SourceParentNotFoundException", "You specified a source parent that doesn't exist.")
export const destinationNotFound = () =>
  new WireError("DestinationParentNotFoundException", "You specified a destination parent that doesn't exist.")
export const unitExists = () =>
  new WireError("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
export const unitNotEmpty = () =>
  new WireError(
    "OrganizationalUnitNotEmptyException",
    "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.",
  )
export const alreadyThere = () =>
  new WireError("DuplicateAccountException", "That account is already present in the specified destination.")
export const managementStays = () =>
  new WireError("MasterCannotLeaveOrganizationException", "You can't remove a management account from an organization.")
export const organizationNotEmpty = () =>
  new WireError(
    "OrganizationNotEmptyException",
    "The organization isn't empty. To delete an organization, you must first remove all accounts except the management account.",
  )
export const targetNotFound = () =>
  new WireError("TargetNotFoundException", "You specified a target that doesn't exist.")
/** Members of the shape are in the API Reference, "InvalidInputException". UNVERIFIED: the texts. */
const invalidInput = (message: string, Reason: string) =>
  new WireError("InvalidInputException", message, { members: { Reason } })
export const invalidPageToken = () =>
  invalidInput(
    "You specified an invalid value for nextToken. You must get the value from the response to a previous call to the API.",
    "INVALID_NEXT_TOKEN",
  )
export const duplicateTagKey = () => invalidInput("Tag keys must be unique.", "DUPLICATE_TAG_KEY")
export const reservedTagKey = () =>
  invalidInput("You provided a tag key that begins with the reserved prefix aws:.", "INVALID_SYSTEM_TAGS_PARAMETER")
export const unknownServicePrincipal = () =>
  invalidInput("You specified an unrecognized service principal.", "UNRECOGNIZED_SERVICE_PRINCIPAL")
const constraintViolation = (message: string, Reason: string) =>
  new WireError("ConstraintViolationException", message, { members: { Reason } })
export const tooManyTags = () =>
  constraintViolation("You have exceeded the number of tags for this resource.", "MAX_TAG_LIMIT_EXCEEDED")
export const tooManyUnits = () =>
  constraintViolation(
    "You have exceeded the number of organizational units that you can have in an organization.",
    "OU_NUMBER_LIMIT_EXCEEDED",
  )
export const tooDeep = () =>
  constraintViolation(
    "You attempted to create an organizational unit tree that is too many levels deep.",
    "OU_DEPTH_LIMIT_EXCEEDED",
  )
