import {
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import { randomUUID } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { iamArn } from "../arns.ts"
import { invalidInput, overQuota, samlProviderExists, samlProviderNotFound } from "../errors.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { SAML_PROVIDERS_QUOTA } from "../quotas.ts"
import { assertTags, mergeTags, withoutTags } from "../tags.ts"
import {
  findSamlProvider,
  getSamlRecord,
  insertSamlRecord,
  listSamlRecords,
  type SamlRecord,
  updateSamlMetadata,
  updateSamlRecord,
} from "./saml-record.ts"

const YEAR_MILLISECONDS = 365 * 24 * 60 * 60 * 1000
/** API Reference, `ValidUntil`; the console speaks of 100 years. UNVERIFIED. */
const VALID_YEARS = 100

const onProvider = ({ SAMLProviderArn }: { SAMLProviderArn: string }): Requirement => ({ resource: SAMLProviderArn })

function assertMetadata(metadata: string): void {
  if (!/<(?:\w+:)?EntityDescriptor[\s>]/.test(metadata)) throw invalidInput("Could not parse metadata")
}

function assertNoEncryption(input: { AssertionEncryptionMode?: string; AddPrivateKey?: string }): void {
  if (input.AssertionEncryptionMode !== undefined || input.AddPrivateKey !== undefined)
    throw invalidInput("Hallpass does not read encrypted SAML assertions.")
}

// Private keys, for encrypted assertions, are refused: none is read here.
const validUntil = ({ createdAt }: SamlRecord): Date => new Date(createdAt + VALID_YEARS * YEAR_MILLISECONDS)

export const CreateSAMLProvider = operation(CreateSAMLProviderCommand, {
  access: ({ Name, Tags }, { account }) => {
    const resource = iamArn(account, "saml-provider", "/", Name)
    const context = requestTagContext(Tags)
    if (!Tags?.length) return { resource, context }
    return [
      { resource, context },
      { action: "iam:TagSAMLProvider", resource, context },
    ]
  },
  async handle(input, { store, clock, account }) {
    const { Name, SAMLMetadataDocument, Tags = [] } = input
    assertMetadata(SAMLMetadataDocument)
    assertNoEncryption(input)
    assertTags(Tags)
    const arn = iamArn(account, "saml-provider", "/", Name)
    const provider: SamlRecord = {
      arn,
      account,
      name: Name,
      uuid: randomUUID(),
      createdAt: clock.now(),
      tags: Tags,
    }
    await store.transact(async (tx) => {
      const others = await listSamlRecords(tx, account)
      if (others.some((other) => other.name.toLowerCase() === Name.toLowerCase())) throw samlProviderExists(Name)
      if (others.length >= SAML_PROVIDERS_QUOTA) throw overQuota("SAMLProvidersPerAccount", SAML_PROVIDERS_QUOTA)
      await insertSamlRecord(tx, provider, SAMLMetadataDocument)
    })
    return { SAMLProviderArn: arn, ...(Tags.length > 0 && { Tags }) }
  },
})

export const GetSAMLProvider = operation(GetSAMLProviderCommand, {
  access: onProvider,
  handle: ({ SAMLProviderArn }, { store, account }) =>
    store.read(async (tx) => {
      const provider = await findSamlProvider(tx, SAMLProviderArn)
      if (provider?.account !== account) throw samlProviderNotFound(SAMLProviderArn)
      return {
        SAMLProviderUUID: provider.uuid,
        SAMLMetadataDocument: provider.metadata,
        CreateDate: new Date(provider.createdAt),
        ValidUntil: validUntil(provider),
        Tags: [...provider.tags],
      }
    }),
})

export const ListSAMLProviders = operation(ListSAMLProvidersCommand, {
  access: () => ({ resource: "*" }),
  async handle(_input, { store, account }) {
    const providers = await store.read((tx) => listSamlRecords(tx, account))
    return {
      SAMLProviderList: providers.map((provider) => ({
        Arn: provider.arn,
        ValidUntil: validUntil(provider),
        CreateDate: new Date(provider.createdAt),
      })),
    }
  },
})

async function change(
  { store, account }: CallContext,
  arn: string,
  edit: (provider: SamlRecord) => Partial<SamlRecord>,
): Promise<object> {
  await store.transact(async (tx) => {
    const provider = await getSamlRecord(tx, account, arn)
    await updateSamlRecord(tx, { ...provider, ...edit(provider) })
  })
  return {}
}

export const UpdateSAMLProvider = operation(UpdateSAMLProviderCommand, {
  access: onProvider,
  async handle(input, { store, account }) {
    const { SAMLProviderArn, SAMLMetadataDocument } = input
    assertNoEncryption(input)
    if (SAMLMetadataDocument !== undefined) assertMetadata(SAMLMetadataDocument)
    await store.transact(async (tx) => {
      await getSamlRecord(tx, account, SAMLProviderArn)
      if (SAMLMetadataDocument !== undefined) await updateSamlMetadata(tx, SAMLProviderArn, SAMLMetadataDocument)
    })
    return { SAMLProviderArn }
  },
})

export const DeleteSAMLProvider = operation(DeleteSAMLProviderCommand, {
  access: onProvider,
  async handle({ SAMLProviderArn }, { store, account }) {
    await store.transact(async (tx) => {
      await getSamlRecord(tx, account, SAMLProviderArn)
      await tx.run("DELETE FROM iam_saml_providers WHERE arn = $1", SAMLProviderArn)
    })
    return {}
  },
})

export const TagSAMLProvider = operation(TagSAMLProviderCommand, {
  access: (input) => ({ ...onProvider(input), context: requestTagContext(input.Tags) }),
  handle: ({ SAMLProviderArn, Tags }, context) =>
    change(context, SAMLProviderArn, ({ tags }) => ({ tags: mergeTags(tags, Tags, "SAMLProvider") })),
})

export const UntagSAMLProvider = operation(UntagSAMLProviderCommand, {
  access: (input) => ({ ...onProvider(input), context: { "aws:TagKeys": input.TagKeys } }),
  handle: ({ SAMLProviderArn, TagKeys }, context) =>
    change(context, SAMLProviderArn, ({ tags }) => ({ tags: withoutTags(tags, TagKeys) })),
})

export const ListSAMLProviderTags = operation(ListSAMLProviderTagsCommand, {
  access: onProvider,
  handle: ({ SAMLProviderArn, ...paging }, context) =>
    context.store.read(async (tx) => {
      const { arn, tags } = await getSamlRecord(tx, context.account, SAMLProviderArn)
      const page = await listPageOf(context, paging, `tags of ${arn}`, tags, ({ Key }) => Key)
      return { Tags: page.items, ...pageMembers(page) }
    }),
})
