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
export const tooManyTags = () =>
  new WireError("ConstraintViolationException", "You have exceeded the number of tags for this resource.", {
    members: { Reason: "MAX_TAG_LIMIT_EXCEEDED" },
  })
