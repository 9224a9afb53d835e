import {
  CreateResourceServerCommand,
  DeleteResourceServerCommand,
  DescribeResourceServerCommand,
  ListResourceServersCommand,
  type ResourceServerScopeType,
  type ResourceServerType,
  UpdateResourceServerCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../operation.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { onUserPool } from "./access.ts"
import { invalidParameter, resourceServerExists, resourceServerNotFound } from "./errors.ts"
import { listPage } from "./paging.ts"
import { assertPoolThere, getUserPool } from "./user-pools/record.ts"

/** An API that asks for scopes of its own in access tokens. */
interface ResourceServer {
  identifier: string
  name: string
  scopes: ResourceServerScopeType[]
}

interface ServerRow {
  identifier: string
  body: string
}

const LIST_LIMIT = 50

const parseServer = ({ identifier, body }: ServerRow): ResourceServer => ({ ...JSON.parse(body), identifier })

const describeServer = (poolId: string, { identifier, name, scopes }: ResourceServer): ResourceServerType => ({
  UserPoolId: poolId,
  Identifier: identifier,
  Name: name,
  Scopes: scopes,
})

async function findServer(tx: Reading, poolId: string, identifier: string): Promise<ResourceServer | undefined> {
  const row = await tx.get<ServerRow>(
    "SELECT identifier, body FROM idp_resource_servers WHERE pool_id = $1 AND identifier = $2",
    poolId,
    identifier,
  )
  return row && parseServer(row)
}

/** Every scope that the pool's servers have, as clients name them: `identifier/scope`. */
export async function customScopes(tx: Reading, poolId: string): Promise<Set<string>> {
  const rows = await tx.all<ServerRow>("SELECT identifier, body FROM idp_resource_servers WHERE pool_id = $1", poolId)
  return new Set(
    rows
      .map(parseServer)
      .flatMap(({ identifier, scopes }) => scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`)),
  )
}

async function putServer(tx: Writing, poolId: string, { identifier, ...body }: ResourceServer): Promise<void> {
  await assertPoolThere(tx, poolId)
  await tx.run(
    `INSERT INTO idp_resource_servers (pool_id, identifier, body) VALUES ($1, $2, $3)
     ON CONFLICT (pool_id, identifier) DO UPDATE SET body = excluded.body`,
    poolId,
    identifier,
    JSON.stringify(body),
  )
}

function assertScopes(scopes: ResourceServerScopeType[] = []): ResourceServerScopeType[] {
  const names = scopes.map(({ ScopeName }) => ScopeName)
  if (new Set(names).size < names.length) throw invalidParameter("Scope names must be unique.") // UNVERIFIED text
  return scopes
}

export const CreateResourceServer = operation(CreateResourceServerCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Identifier, Name, Scopes }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const server = { identifier: Identifier, name: Name, scopes: assertScopes(Scopes) }
    await context.store.transact(async (tx) => {
      if (await findServer(tx, pool.id, Identifier)) throw resourceServerExists(Identifier, pool.id)
      await putServer(tx, pool.id, server)
    })
    return { ResourceServer: describeServer(pool.id, server) }
  },
})

export const DescribeResourceServer = operation(DescribeResourceServerCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Identifier }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const server = await context.store.read((tx) => findServer(tx, pool.id, Identifier))
    if (!server) throw resourceServerNotFound(Identifier)
    return { ResourceServer: describeServer(pool.id, server) }
  },
})

/** Says everything anew: scopes that are left out are gone. Source: UpdateResourceServer. */
export const UpdateResourceServer = operation(UpdateResourceServerCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Identifier, Name, Scopes }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const server = { identifier: Identifier, name: Name, scopes: assertScopes(Scopes) }
    await context.store.transact(async (tx) => {
      if (!(await findServer(tx, pool.id, Identifier))) throw resourceServerNotFound(Identifier)
      await putServer(tx, pool.id, server)
    })
    return { ResourceServer: describeServer(pool.id, server) }
  },
})

export const DeleteResourceServer = operation(DeleteResourceServerCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Identifier }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const deleted = await context.store.transact((tx) =>
      tx.run("DELETE FROM idp_resource_servers WHERE pool_id = $1 AND identifier = $2", pool.id, Identifier),
    )
    if (deleted === 0) throw resourceServerNotFound(Identifier)
    return {}
  },
})

export const ListResourceServers = operation(ListResourceServersCommand, {
  access: onUserPool,
  async handle({ UserPoolId, MaxResults, NextToken }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const { items, next } = await listPage(
      context.masterKey,
      { about: `resource servers ${pool.id}`, token: NextToken, limit: MaxResults ?? LIST_LIMIT },
      (server: ResourceServer) => server.identifier,
      async (after, count) => {
        const rows = await context.store.read((tx) =>
          tx.all<ServerRow>(
            `SELECT identifier, body FROM idp_resource_servers
              WHERE pool_id = $1 AND identifier > $2 ORDER BY identifier LIMIT $3`,
            pool.id,
            after,
            count,
          ),
        )
        return rows.map(parseServer)
      },
    )
    return { ResourceServers: items.map((server) => describeServer(pool.id, server)), NextToken: next }
  },
})
