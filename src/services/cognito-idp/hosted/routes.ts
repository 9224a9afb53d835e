import { openIdResponse, samlResponse } from "../federation/answers.ts"
import { samlLogout } from "../federation/saml/logout.ts"
import { authorize } from "./authorize/index.ts"
import { token } from "./grants/index.ts"
import type { HostedRoute } from "./hosted.ts"
import { logout } from "./logout.ts"
import { notBuilt } from "./not-built.ts"
import { PAGES } from "./pages/routes.ts"
import { revoke } from "./revoke.ts"
import { userInfo } from "./user-info.ts"

/**
 * Everything that a pool's domain answers, by its path. Source: "User pool endpoints and managed login reference". The names
 * are those by which CloudTrail logs them ("Logging Amazon Cognito API calls", managed login events).
 */
export const ROUTES: Readonly<Record<string, HostedRoute>> = {
  "/oauth2/authorize": { name: "OAuth2_Authorize", GET: authorize },
  "/oauth2/token": { name: "Token", POST: token, crossOrigin: true, json: true },
  "/oauth2/userInfo": { name: "UserInfo", GET: userInfo, crossOrigin: true, json: true },
  "/oauth2/revoke": { name: "Revoke", POST: revoke, crossOrigin: true, json: true },
  "/oauth2/register": { name: "Register", POST: notBuilt("dynamic client registration"), json: true },
  "/logout": { name: "Logout", GET: logout },
  ...PAGES,
  // Federation.
  "/oauth2/idpresponse": { name: "OAuth2Response", GET: openIdResponse, POST: openIdResponse },
  "/saml2/idpresponse": { name: "SAML2Response", POST: samlResponse, bodyBytes: 150 * 1024 },
  "/saml2/logout": { name: "SAML2Logout", POST: samlLogout, bodyBytes: 150 * 1024 },
}
