import { inflateRawSync } from "node:zlib"
import { ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider"
import { askControl } from "../harness/control.ts"
import { createSamlIdentityProvider, type SamlIdentityProvider } from "../harness/saml-provider.ts"
import type { SiteAnswer } from "../harness/site-request.ts"
import { type FederationWorld, goTo, openFederation } from "./federation-world.ts"
import type { Browser } from "./hosted-world.ts"

export const ENTITY = "https://idp.example.com"

/** A pool with one SAML provider. */
export interface SamlWorld extends FederationWorld {
  saml: SamlIdentityProvider
  client: string
  /** To the provider: the request as it reads it, and the relay state. */
  begin(
    browser: Browser,
    more?: Record<string, string>,
  ): Promise<{ url: URL; request: string; id: string; relayState: string }>
  /** What the provider says of somebody who asked by that request. */
  answerTo(id: string | undefined, subject?: string): Parameters<SamlIdentityProvider["respond"]>[0]
  post(browser: Browser, SAMLResponse: string, RelayState: string): Promise<SiteAnswer>
  users(): Promise<{ Users: string[] }>
  /** Of the server, in milliseconds. */
  now(): Promise<number>
}

export async function openSaml(
  details: Record<string, string> = {},
  saml: SamlIdentityProvider = createSamlIdentityProvider(ENTITY),
  flags: string[] = [],
): Promise<SamlWorld> {
  const world = await openFederation({}, { flags })
  await world.addProvider({
    ProviderName: "Office",
    ProviderType: "SAML",
    ProviderDetails: details.MetadataURL ? details : { MetadataFile: saml.metadata, ...details },
    AttributeMapping: { email: "mail", name: "groups" },
  })
  const client = await world.addClient({ SupportedIdentityProviders: ["Office"] })
  return Object.assign(world, {
    saml,
    client,
    async begin(browser: Browser, more?: Record<string, string>) {
      const url = new URL(await goTo(browser, client, "Office", more))
      const request = inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest")!, "base64")).toString()
      return { url, request, id: / ID="([^"]+)"/.exec(request)![1]!, relayState: url.searchParams.get("RelayState")! }
    },
    answerTo: (id: string | undefined, subject = "ann") => ({
      subject,
      attributes: { mail: "ann@office.example", groups: ["staff", "night shift"] },
      audience: `urn:amazon:cognito:sp:${world.poolId}`,
      recipient: `${world.base}/saml2/idpresponse`,
      ...(id !== undefined && { inResponseTo: id }),
    }),
    now: async () => Date.parse((await askControl(world.server, "GET", "clock")).now),
    async users() {
      const { Users } = await world.idp.send(new ListUsersCommand({ UserPoolId: world.poolId }))
      return { Users: Users!.map(({ Username }) => Username!) }
    },
    post: (browser: Browser, SAMLResponse: string, RelayState: string) =>
      browser.post("/saml2/idpresponse", { SAMLResponse, RelayState }, { headers: { origin: ENTITY } }),
  })
}

export const refusalOf = (told: URLSearchParams) => [told.get("error"), told.get("error_description")]
export const WRONG_SIGNATURE = ["server_error", "Invalid SAML response received: SAML Assertion signature is invalid. "]
