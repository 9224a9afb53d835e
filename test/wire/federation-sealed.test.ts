import assert from "node:assert/strict"
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolCommand,
  GetSigningCertificateCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { start } from "../../src/testing/index.ts"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-providers-"))
after(() => rmSync(directory, { recursive: true, force: true }))

test("what a provider trusts the pool with lies nowhere in clear", async () => {
  const secret = "the secret of the pool at Google"
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const apple = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64")
  {
    await using server = await start({ dataDirectory: directory })
    const idp = new CognitoIdentityProviderClient(server.client)
    const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "people" }))
    const UserPoolId = UserPool!.Id!
    const create = (type: "Google" | "SignInWithApple" | "SAML", ProviderDetails: Record<string, string>) =>
      idp.send(
        new CreateIdentityProviderCommand({
          ...{ UserPoolId, ProviderType: type, ProviderDetails },
          ProviderName: type === "SAML" ? "Office" : type,
        }),
      )
    await create("Google", { client_id: "1", client_secret: secret, authorize_scopes: "openid" })
    const team = { client_id: "a", team_id: "b", key_id: "c", authorize_scopes: "email" }
    await create("SignInWithApple", { ...team, private_key: apple })
    await create("SAML", { MetadataFile: createSamlIdentityProvider("https://idp.example.com").metadata })
    await idp.send(new GetSigningCertificateCommand({ UserPoolId }))
  }
  const files = readdirSync(directory).filter((file) => file.startsWith("hallpass.db"))
  // The names are there, so it is looked in the right place.
  assert.ok(files.some((file) => readFileSync(join(directory, file)).includes("SignInWithApple")))
  for (const file of files) {
    const bytes = readFileSync(join(directory, file))
    for (const text of [secret, apple.slice(0, 40), "PRIVATE KEY"])
      assert.ok(!bytes.includes(text), `${text} in ${file}`)
  }
})
