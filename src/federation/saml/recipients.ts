/**
 * What AWS is to SAML providers: the audience, and where responses are sent.
 * Source: IAM User Guide, "Configure SAML assertions for the authentication response", and AWS's own metadata document.
 */
export const AWS_AUDIENCES: readonly string[] = ["urn:amazon:webservices", "https://signin.aws.amazon.com/saml"]

const RECIPIENT = /^https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml(?:\/acs\/[A-Za-z0-9-]+)?$/

/** The global or a region's sign-in endpoint. */
export const isAwsRecipient = (url: string): boolean => RECIPIENT.test(url)
