import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import type { CallContext } from "../../../call.ts"
import { isLoopback, type LoginEndpoints } from "../../../federation/login-endpoints.ts"
import { operation } from "../../../operation.ts"
import { onAccount } from "../access.ts"
import { invalidInput, oidcProviderExists, overQuota, validationError } from "../errors.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { OIDC_CLIENT_IDS_QUOTA, OIDC_PROVIDERS_QUOTA, OIDC_THUMBPRINTS_QUOTA } from "../quotas.ts"
import { assertTags, mergeTags, withoutTags } from "../tags.ts"
import {
  deleteOidcProvider,
  getOidcProvider,
  listOidcProviderArns,
  type OidcProvider,
  oidcProviderArn,
  putOidcProvider,
} from "./oidc-record.ts"

const onProvider = ({ OpenIDConnectProviderArn }: { OpenIDConnectProviderArn: string }): Requirement => ({
  resource: OpenIDConnectProviderArn,
})

/** The issuer as ARNs and claims have it: without its scheme, and without the last slash. */
const nameOf = (url: string): string => url.replace(/^https?:\/\//i, "").replace(/\/$/, "")

/**
 * API Reference, `CreateOpenIDConnectProvider`: the URL begins with `https://` and has no port and no query. On this
 * machine, where the operator allows it, `http://` and a port are good as well.
 */
function isIssuerUrl(url: string, { allowsHttp }: LoginEndpoints): boolean {
  const parsed = /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || parsed.username || parsed.password || parsed.search || parsed.hash) return false
  if (allowsHttp && isLoopback(nameOf(url))) return true
  return parsed.protocol === "https:" && parsed.port === ""
}

function assertThumbprints(thumbprints: readonly string[]): void {
  if (thumbprints.length > OIDC_THUMBPRINTS_QUOTA)
    throw invalidInput(`Thumbprint list must contain fewer than ${OIDC_THUMBPRINTS_QUOTA} entries.`)
  // UNVERIFIED text.
  if (thumbprints.some((print) => !/^[0-9A-Fa-f]{40}$/.test(print)))
    throw validationError("Thumbprint must be a 40-character hexadecimal string")
}

export const CreateOpenIDConnectProvider = operation(CreateOpenIDConnectProviderCommand, {
  access: ({ Url, Tags }, { account }) => {
    const resource = oidcProviderArn(account, nameOf(Url))
    const context = requestTagContext(Tags)
    if (!Tags?.length) return { resource, context }
    return [
      { resource, context },
      { action: "iam:TagOpenIDConnectProvider", resource, context },
    ]
  },
  async handle({ Url, ClientIDList = [], ThumbprintList = [], Tags = [] }, { store, clock, account, loginEndpoints }) {
    const url = nameOf(Url)
    if (!isIssuerUrl(Url, loginEndpoints)) throw validationError("Invalid Open ID Connect Provider URL")
    assertThumbprints(ThumbprintList)
    assertTags(Tags)
    const clientIds = [...new Set(ClientIDList)]
    if (clientIds.length > OIDC_CLIENT_IDS_QUOTA)
      throw overQuota("ClientIdsPerOpenIdConnectProvider", OIDC_CLIENT_IDS_QUOTA)
    const arn = oidcProviderArn(account, url)
    const createdAt = clock.now()
    await store.transact(async (tx) => {
      const others = await listOidcProviderArns(tx, account)
      if (others.some((other) => other.toLowerCase() === arn.toLowerCase())) throw oidcProviderExists(url)
      if (others.length >= OIDC_PROVIDERS_QUOTA)
        throw overQuota("OpenIdConnectProvidersPerAccount", OIDC_PROVIDERS_QUOTA)
      await putOidcProvider(tx, { arn, account, url, clientIds, thumbprints: ThumbprintList, createdAt, tags: Tags })
    })
    return { OpenIDConnectProviderArn: arn, ...(Tags.length > 0 && { Tags }) }
  },
})

export const GetOpenIDConnectProvider = operation(GetOpenIDConnectProviderCommand, {
  access: onProvider,
  handle: ({ OpenIDConnectProviderArn }, { store, account }) =>
    store.read(async (tx) => {
      const provider = await getOidcProvider(tx, account, OpenIDConnectProviderArn)
      return {
        Url: provider.url,
        ClientIDList: [...provider.clientIds],
        ThumbprintList: [...provider.thumbprints],
        CreateDate: new Date(provider.createdAt),
        Tags: [...provider.tags],
      }
    }),
})

export const ListOpenIDConnectProviders = operation(ListOpenIDConnectProvidersCommand, {
  access: onAccount,
  async handle(_input, { store, account }) {
    const arns = await store.read((tx) => listOidcProviderArns(tx, account))
    return { OpenIDConnectProviderList: arns.map((Arn) => ({ Arn })) }
  },
})

/** A provider that is not there is no error (API Reference: "This operation is idempotent"). */
export const DeleteOpenIDConnectProvider = operation(DeleteOpenIDConnectProviderCommand, {
  access: onProvider,
  async handle({ OpenIDConnectProviderArn }, { store, account }) {
    await store.transact((tx) => deleteOidcProvider(tx, account, OpenIDConnectProviderArn))
    return {}
  },
})

async function change(
  { store, account }: CallContext,
  arn: string,
  edit: (provider: OidcProvider) => Partial<OidcProvider>,
): Promise<object> {
  await store.transact(async (tx) => {
    const provider = await getOidcProvider(tx, account, arn)
    await putOidcProvider(tx, { ...provider, ...edit(provider) })
  })
  return {}
}

export const AddClientIDToOpenIDConnectProvider = operation(AddClientIDToOpenIDConnectProviderCommand, {
  access: onProvider,
  handle: ({ OpenIDConnectProviderArn, ClientID }, context) =>
    change(context, OpenIDConnectProviderArn, ({ clientIds }) => {
      if (clientIds.includes(ClientID)) return {}
      if (clientIds.length >= OIDC_CLIENT_IDS_QUOTA)
        throw overQuota("ClientIdsPerOpenIdConnectProvider", OIDC_CLIENT_IDS_QUOTA)
      return { clientIds: [...clientIds, ClientID] }
    }),
})

/** A client id that is not there is no error (API Reference). */
export const RemoveClientIDFromOpenIDConnectProvider = operation(RemoveClientIDFromOpenIDConnectProviderCommand, {
  access: onProvider,
  handle: ({ OpenIDConnectProviderArn, ClientID }, context) =>
    change(context, OpenIDConnectProviderArn, ({ clientIds }) => ({
      clientIds: clientIds.filter((id) => id !== ClientID),
    })),
})

export const UpdateOpenIDConnectProviderThumbprint = operation(UpdateOpenIDConnectProviderThumbprintCommand, {
  access: onProvider,
  async handle({ OpenIDConnectProviderArn, ThumbprintList }, context) {
    assertThumbprints(ThumbprintList)
    return change(context, OpenIDConnectProviderArn, () => ({ thumbprints: ThumbprintList }))
  },
})

export const TagOpenIDConnectProvider = operation(TagOpenIDConnectProviderCommand, {
  access: (input) => ({ ...onProvider(input), context: requestTagContext(input.Tags) }),
  handle: ({ OpenIDConnectProviderArn, Tags }, context) =>
    change(context, OpenIDConnectProviderArn, ({ tags }) => ({ tags: mergeTags(tags, Tags, "OpenIdConnectProvider") })),
})

export const UntagOpenIDConnectProvider = operation(UntagOpenIDConnectProviderCommand, {
  access: (input) => ({ ...onProvider(input), context: { "aws:TagKeys": input.TagKeys } }),
  handle: ({ OpenIDConnectProviderArn, TagKeys }, context) =>
    change(context, OpenIDConnectProviderArn, ({ tags }) => ({ tags: withoutTags(tags, TagKeys) })),
})

export const ListOpenIDConnectProviderTags = operation(ListOpenIDConnectProviderTagsCommand, {
  access: onProvider,
  handle: ({ OpenIDConnectProviderArn, ...paging }, context) =>
    context.store.read(async (tx) => {
      const { arn, tags } = await getOidcProvider(tx, context.account, OpenIDConnectProviderArn)
      const page = await listPageOf(context, paging, `tags of ${arn}`, tags, ({ Key }) => Key)
      return { Tags: page.items, ...pageMembers(page) }
    }),
})
