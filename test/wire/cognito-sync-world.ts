import {
  CognitoSyncClient,
  ListRecordsCommand,
  type RecordPatch,
  UpdateRecordsCommand,
} from "@aws-sdk/client-cognito-sync"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import { createIdentityPool, createRole, enter, policy, setRoles, trust } from "./cognito-identity-world.ts"

/** Somebody of an identity pool, with a client of their own: two of them may stand for two people or for two devices. */
export interface Somebody {
  sync: CognitoSyncClient
  of: { IdentityPoolId: string; IdentityId: string }
}

export interface SyncWorld {
  server: TestServer
  /** As the account's root. */
  developer: CognitoSyncClient
  /** With a guest role that reaches its own data, by the policy that AWS's guide has, and a little of others'. */
  IdentityPoolId: string
  /** The ARN of the pool, as a role's trust policy and a function's policy have it. */
  poolArn: string
  guest(poolId?: string): Promise<Somebody>
  /** Somebody who signs in. */
  member(Logins: Record<string, string>): Promise<Somebody>
  clientOf(credentials: Credentials): CognitoSyncClient
  [Symbol.asyncDispose](): Promise<void>
}

export async function openSyncWorld(flags: string[] = [], pool: object = {}): Promise<SyncWorld> {
  const server = await startServer(flags)
  const clientOf = (credentials: Credentials) => new CognitoSyncClient(server.clientOf(credentials))
  const IdentityPoolId = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true, ...pool })
  await letIn(server, IdentityPoolId, "")
  async function somebody(poolId: string, Logins?: Record<string, string>): Promise<Somebody> {
    const { identityId: IdentityId, ...credentials } = await enter(server, poolId, Logins)
    return { sync: clientOf(credentials), of: { IdentityPoolId: poolId, IdentityId } }
  }
  return {
    server,
    developer: new CognitoSyncClient(server.client),
    IdentityPoolId,
    poolArn: `arn:aws:cognito-identity:${server.region}:${server.account}:identitypool/${IdentityPoolId}`,
    guest: (poolId = IdentityPoolId) => somebody(poolId),
    member: (Logins) => somebody(IdentityPoolId, Logins),
    clientOf,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Gives a pool roles that reach their own data, whose names begin so. */
export async function letIn(server: TestServer, poolId: string, name: string): Promise<void> {
  const arn = `arn:aws:cognito-sync:${server.region}:${server.account}:identitypool`
  const own = "$" + "{cognito-identity.amazonaws.com:aud}/identity/$" + "{cognito-identity.amazonaws.com:sub}"
  const access = policy(
    { Effect: "Allow", Action: "cognito-sync:*", Resource: [`${arn}/${own}`, `${arn}/${own}/*`] },
    // What a policy gives too freely, an identity does not get all the same.
    { Effect: "Allow", Action: ["cognito-sync:ListRecords", "cognito-sync:GetCognitoEvents"], Resource: "*" },
    { Effect: "Allow", Action: ["cognito-sync:BulkPublish", "cognito-sync:GetBulkPublishDetails"], Resource: "*" },
  )
  const unauthenticated = await createRole(server, `${name}Guests`, trust(poolId, "unauthenticated"), access)
  const authenticated = await createRole(server, `${name}Members`, trust(poolId), access)
  await setRoles(server, poolId, { unauthenticated, authenticated })
}

/** A role that Cognito Sync may take in the name of the pool, and of no other. */
export const createSyncRole = (world: SyncWorld, name: string, access?: string, SourceArn = world.poolArn) =>
  createRole(
    world.server,
    name,
    policy({
      Effect: "Allow",
      Principal: { Service: "cognito-sync.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": world.server.account },
        ArnLike: { "aws:SourceArn": SourceArn },
      },
    }),
    access,
  )

export const list = ({ sync, of }: Somebody, DatasetName: string, more: object = {}) =>
  sync.send(new ListRecordsCommand({ ...of, DatasetName, ...more }))

export const replace = (Key: string, Value: string, SyncCount = 0): RecordPatch => ({
  Op: "replace",
  Key,
  Value,
  SyncCount,
})

export const remove = (Key: string, SyncCount: number): RecordPatch => ({ Op: "remove", Key, SyncCount })

/** Writes in a session of its own, as `DeviceId` where it is given. */
export async function updateAs(
  who: Somebody,
  DatasetName: string,
  more: object,
  ...RecordPatches: Partial<RecordPatch>[]
) {
  const { SyncSessionToken } = await list(who, DatasetName)
  const input = { ...who.of, DatasetName, SyncSessionToken, RecordPatches: RecordPatches as RecordPatch[], ...more }
  return (await who.sync.send(new UpdateRecordsCommand(input))).Records!
}

export const update = (who: Somebody, DatasetName: string, ...patches: Partial<RecordPatch>[]) =>
  updateAs(who, DatasetName, {}, ...patches)

/** Key and value of each record, in the order in which they came. */
export async function valuesOf(who: Somebody, DatasetName: string): Promise<[string, string | undefined][]> {
  const { Records } = await list(who, DatasetName)
  return Records!.map(({ Key, Value }) => [Key!, Value])
}
