import assert from "node:assert/strict"
import { test } from "node:test"
import { completeDetails, isNamedAsItsType, standardMapping } from "./types.ts"

const SOCIAL = { client_id: "1", client_secret: "2", authorize_scopes: "openid" }
const OIDC = { client_id: "1", attributes_request_method: "GET", oidc_issuer: "https://x", authorize_scopes: "openid" }

test("each type of provider needs its own details and gets AWS's", () => {
  assert.equal(completeDetails("Google", SOCIAL).token_url, "https://www.googleapis.com/oauth2/v4/token")
  assert.equal(completeDetails("OIDC", OIDC).attributes_url_add_attributes, "false")
  assert.deepEqual(completeDetails("SAML", { MetadataURL: "https://x" }), { MetadataURL: "https://x" })
  assert.equal(completeDetails("Google", { ...SOCIAL, token_url: "mine" }).token_url, "mine")
  for (const [type, details, missing] of [
    ["Facebook", {}, "client_id, client_secret and authorize_scopes"],
    ["LoginWithAmazon", { ...SOCIAL, client_secret: "" }, "client_id, client_secret and authorize_scopes"],
    ["OIDC", SOCIAL, "client_id, attributes_request_method, oidc_issuer and authorize_scopes"],
    ["SignInWithApple", SOCIAL, "client_id, team_id, key_id and authorize_scopes"],
  ] as const)
    assert.throws(() => completeDetails(type, details), { message: `${missing} are all required idp details` })
  assert.throws(() => completeDetails("SAML", {}), /MetadataURL or MetadataFile/)
})

test("social providers are named after their type and map their subject", () => {
  assert.deepEqual(
    (["Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "OIDC", "SAML"] as const).map((type) => [
      isNamedAsItsType(type),
      standardMapping(type).username,
    ]),
    [
      [true, "sub"],
      [true, "id"],
      [true, "user_id"],
      [true, "sub"],
      [false, "sub"],
      [false, undefined],
    ],
  )
})
