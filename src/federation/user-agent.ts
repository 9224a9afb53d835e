/** How we call ourselves to providers. Source: Developer Guide, "How OIDC user pool IdP authentication works". */
export const USER_AGENT = "Amazon/Cognito"
