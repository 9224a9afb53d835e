import type { Handler } from "../hosted/hosted.ts"

// What only people from elsewhere need (the libraries of OpenID and of XML encryption) is read when the first of them comes.

/** `/oauth2/idpresponse` */
export const openIdResponse: Handler = async (hosted) => (await import("./openid/answer.ts")).openIdResponse(hosted)

/** `/saml2/idpresponse` */
export const samlResponse: Handler = async (hosted) => (await import("./saml/answer.ts")).samlResponse(hosted)
