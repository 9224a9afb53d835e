import {
  CreateTermsCommand,
  DeleteTermsCommand,
  DescribeTermsByClientCommand,
  DescribeTermsCommand,
  ListTermsCommand,
  UpdateTermsCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { randomUUID } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { onUserPool } from "../access.ts"
import { getClient } from "../app-clients/record.ts"
import { invalidParameter } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool } from "../user-pools/record.ts"
import { deleteTerms, describeTerms, findTerms, listTerms, putTerms, type Terms, termsOfClient } from "./record.ts"

// UNVERIFIED: the three texts.
const termsExist = (name: string) =>
  new WireError("TermsExistsException", `The app client has terms named ${name} already.`)
const termsNotFound = () => new WireError("ResourceNotFoundException", "Terms not found.")
const tooManyTerms = () => new WireError("LimitExceededException", "The user pool has the most terms that it may have.")

/** Of one pool. Source: "Terms documents". */
const TERMS_AT_MOST = 40

/** Pages link to them, so an address is one of the web; one for all languages has to be there. UNVERIFIED text. */
function parseLinks(links: Record<string, string> | undefined): Record<string, string> {
  for (const url of Object.values(links ?? {}))
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw invalidParameter(`Invalid URL in Links: ${url}`)
  if (links?.["cognito:default"] === undefined) throw invalidParameter("Links must contain cognito:default.")
  return { ...links }
}

async function getTerms(tx: Reading, poolId: string, id: string): Promise<Terms> {
  const terms = await findTerms(tx, poolId, id.toLowerCase())
  if (!terms) throw termsNotFound()
  return terms
}

export const CreateTerms = operation(CreateTermsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, TermsName, Links }, context) {
    const { store, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    const client = await getClient(store, pool, ClientId)
    const now = clock.now()
    const links = parseLinks(Links)
    const id = randomUUID()
    const terms = { id, poolId: pool.id, clientId: client.id, name: TermsName, links, createdAt: now, modifiedAt: now }
    await store.transact(async (tx) => {
      if ((await termsOfClient(tx, pool.id, client.id)).some(({ name }) => name === TermsName))
        throw termsExist(TermsName)
      if ((await listTerms(tx, pool.id, "", TERMS_AT_MOST)).length === TERMS_AT_MOST) throw tooManyTerms()
      await putTerms(tx, terms)
    })
    return { Terms: describeTerms(terms) }
  },
})

export const DescribeTerms = operation(DescribeTermsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, TermsId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return { Terms: describeTerms(await context.store.read((tx) => getTerms(tx, pool.id, TermsId))) }
  },
})

export const DescribeTermsByClient = operation(DescribeTermsByClientCommand, {
  access: onUserPool,
  async handle({ UserPoolId, ClientId, TermsName }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const client = await getClient(context.store, pool, ClientId)
    const all = await context.store.read((tx) => termsOfClient(tx, pool.id, client.id))
    const terms = all.find(({ name }) => name === TermsName)
    if (!terms) throw termsNotFound()
    return { Terms: describeTerms(terms) }
  },
})

const LIST_LIMIT = 60

export const ListTerms = operation(ListTermsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, MaxResults, NextToken }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const { items, next } = await listPage(
      masterKey,
      { about: `terms ${pool.id}`, token: NextToken, limit: MaxResults ?? LIST_LIMIT },
      ({ id }: Terms) => id,
      (after, count) => store.read((tx) => listTerms(tx, pool.id, after, count)),
    )
    return {
      Terms: items.map((terms) => {
        const { TermsId, TermsName, Enforcement, CreationDate, LastModifiedDate } = describeTerms(terms)
        return { TermsId, TermsName, Enforcement, CreationDate, LastModifiedDate }
      }),
      NextToken: next,
    }
  },
})

export const UpdateTerms = operation(UpdateTermsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, TermsId, TermsName, Links }, context) {
    const { store, clock } = context
    const pool = await getUserPool(UserPoolId, context)
    const modifiedAt = clock.now()
    const changed = Links && parseLinks(Links)
    const terms = await store.transact(async (tx) => {
      const before = await getTerms(tx, pool.id, TermsId)
      const name = TermsName ?? before.name
      const others = await termsOfClient(tx, pool.id, before.clientId)
      if (others.some((other) => other.name === name && other.id !== before.id)) throw termsExist(name)
      const terms = { ...before, name, links: changed ?? before.links, modifiedAt }
      await putTerms(tx, terms)
      return terms
    })
    return { Terms: describeTerms(terms) }
  },
})

export const DeleteTerms = operation(DeleteTermsCommand, {
  access: onUserPool,
  async handle({ UserPoolId, TermsId }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const deleted = await context.store.transact((tx) => deleteTerms(tx, pool.id, TermsId.toLowerCase()))
    if (deleted === 0) throw termsNotFound()
    return {}
  },
})
