import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, test } from "node:test"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { CognitoIdentity } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { CognitoSync } from "@aws-sdk/client-cognito-sync"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { IAM } from "@aws-sdk/client-iam"
import { KMS } from "@aws-sdk/client-kms"
import { Lambda } from "@aws-sdk/client-lambda"
import { Organizations } from "@aws-sdk/client-organizations"
import { S3 } from "@aws-sdk/client-s3"
import { start } from "../../src/testing/index.ts"
import { counted, countTouchedRows } from "../harness/touched-rows.ts"
import { HELLO, TRUSTS_LAMBDA } from "./lambda-world.ts"

/** So many rows there are of everything; more than any statement or turn may touch. */
const MANY = 6_000
/** S3 lists a thousand keys, and to know whether there are more; a pool's users are counted up to two thousand. */
const MOST_OF_A_STATEMENT = 2_100
const MOST_OF_A_TURN = 4_000

const touched = countTouchedRows()
const directory = mkdtempSync(join(tmpdir(), "hallpass-bounded-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const STATEMENTS: [sql: string, expected: string][] = [
  ["SELECT a FROM t WHERE b = $1 ORDER BY a", "SELECT a FROM t WHERE touched_row() AND b = $1 ORDER BY a"],
  ["SELECT count(*) FROM t", "SELECT count(*) FROM t WHERE touched_row() "],
  ["SELECT a FROM t ORDER BY a LIMIT 1", "SELECT a FROM t WHERE touched_row() ORDER BY a LIMIT 1"],
  ["DELETE FROM t", "DELETE FROM t WHERE touched_row() "],
  ["INSERT INTO t (a) VALUES ($1)", "INSERT INTO t (a) VALUES ($1)"],
  ["SELECT 1", "SELECT 1"],
]

test("the count counts", () => {
  for (const [sql, expected] of STATEMENTS) assert.equal(counted(sql), expected)
  const database = new DatabaseSync(":memory:")
  database.exec(`CREATE TABLE t (a INT, b INT, c INT, PRIMARY KEY (a, b));
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
    INSERT INTO t SELECT i % 2, i, i % 100 FROM n`)
  const COUNTS: [sql: string, rows: number][] = [
    ["SELECT COUNT(*) FROM t WHERE a = 1", 500],
    ["SELECT * FROM t WHERE a = 1 AND b = 7", 1],
    ["SELECT * FROM t WHERE a = 1 AND c = 7", 500],
    ["SELECT * FROM t WHERE a = 1 ORDER BY b LIMIT 10", 10],
    ["SELECT * FROM t WHERE a = 1 ORDER BY c LIMIT 10", 500],
    ["UPDATE t SET c = 0 WHERE a = 0 AND b < 100", 50],
    ["DELETE FROM t WHERE (a, b) IN (SELECT a, b FROM t WHERE a = 1 LIMIT 20)", 40],
  ]
  for (const [sql, rows] of COUNTS) {
    touched.reset()
    database.prepare(sql).all()
    assert.equal(touched.most().statement.rows, rows, sql)
  }
})

/** Rows made of those that calls have made, with the number of each in place of what must differ. */
function fill(path: string, table: string, columns: Readonly<Record<string, string>>, from = "1 = 1"): void {
  const database = new DatabaseSync(path)
  const names = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]
  const values = names.map(({ name }) => columns[name] ?? `t.${name}`)
  const { changes } = database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
      INSERT INTO ${table} SELECT ${values.join(", ")} FROM n, (SELECT * FROM ${table} WHERE ${from} LIMIT 1) t`,
    )
    .run()
  database.close()
  assert.equal(changes, MANY, table)
}

function execute(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

const NUMBERED = "printf('%06d', i)"
const UUID = `substr('00000000000' || printf('%x', i * 715827), -8) || '-0000-4000-8000-' || printf('%012d', i)`

test("no call touches more rows where more are stored", async (t) => {
  await using server = await start({ dataDirectory: directory })
  const path = join(directory, "hallpass.db")
  const options = { ...server.client, maxAttempts: 1 }
  const db = new DynamoDB(options)
  const s3 = new S3({ ...options, forcePathStyle: true })
  const idp = new CognitoIdentityProvider(options)
  const identity = new CognitoIdentity(options)

  async function bounded(name: string, call: () => Promise<unknown>): Promise<void> {
    await t.test(name, async () => {
      // A commit of the server's own: until then its reads share a snapshot, which what is filled in from outside is not in.
      await server.clock.advance({ seconds: 0 })
      await server.work.settle()
      touched.reset()
      await call()
      await server.work.settle()
      const { statement, turn } = touched.most()
      assert.ok(statement.rows <= MOST_OF_A_STATEMENT, `${statement.rows} rows by ${statement.sql}`)
      assert.ok(turn <= MOST_OF_A_TURN, `${turn} rows in one turn; at most ${statement.rows} by ${statement.sql}`)
    })
  }

  await dynamodb()
  await buckets()
  await userPools()
  await identityPools()
  await datasets()
  await functions()
  await accounts()
  await restApis()
  await keys()

  async function restApis() {
    const gateway = new APIGateway(options)
    const { id: restApiId, rootResourceId } = await gateway.createRestApi({ name: "large" })
    const method = { restApiId, resourceId: rootResourceId, httpMethod: "GET" }
    await gateway.putMethod({ ...method, authorizationType: "NONE" })
    await gateway.putIntegration({ ...method, type: "MOCK" })
    const deploy = () => gateway.createDeployment({ restApiId, stageName: "prod" })
    await deploy()
    const plan = await gateway.createUsagePlan({ name: "large", quota: { limit: 10, period: "DAY" } })
    const { id: keyId } = await gateway.createApiKey({ name: "large" })
    const usagePlanId = plan.id!
    await gateway.createUsagePlanKey({ usagePlanId, keyId: keyId!, keyType: "API_KEY" })
    await gateway.updateUsage({
      usagePlanId,
      keyId: keyId!,
      patchOperations: [{ op: "replace", path: "/remaining", value: "5" }],
    })
    const records = (kind: string) => fill(path, "apigateway_records", { id: NUMBERED }, `kind = '${kind}'`)
    for (const kind of ["deployment", "snapshot", "api-key", "api-key-value", "usage-plan-key"]) records(kind)
    fill(path, "apigateway_usage", { key_id: NUMBERED })
    const today = (await server.clock.now()).toISOString().slice(0, 10)
    await bounded("GetDeployments", () => gateway.getDeployments({ restApiId }))
    await bounded("CreateDeployment", deploy)
    await bounded("GetApiKeys", () => gateway.getApiKeys({ limit: 500 }))
    await bounded("GetApiKeys of a name that none has", () => gateway.getApiKeys({ nameQuery: "none" }))
    await bounded("GetUsagePlanKeys", () => gateway.getUsagePlanKeys({ usagePlanId }))
    await bounded("GetUsagePlanKeys of a name", () => gateway.getUsagePlanKeys({ usagePlanId, nameQuery: "none" }))
    await bounded("GetUsage", () => gateway.getUsage({ usagePlanId, startDate: today, endDate: today }))
    await bounded("CreateApiKey", () => gateway.createApiKey({ name: "one more" }))
    await bounded("DeleteApiKey", () => gateway.deleteApiKey({ apiKey: keyId! }))
    await bounded("DeleteUsagePlan", () => gateway.deleteUsagePlan({ usagePlanId }))
    await bounded("DeleteRestApi", () => gateway.deleteRestApi({ restApiId }))
    assert.equal(rowsLeft("apigateway_usage"), 0)
  }

  async function keys() {
    const kms = new KMS(options)
    const { KeyMetadata } = await kms.createKey({})
    const { KeyId } = KeyMetadata!
    const GranteePrincipal = `arn:aws:iam::${server.accountId}:root`
    const grant = { KeyId, GranteePrincipal, RetiringPrincipal: GranteePrincipal, Name: "same" }
    await kms.createGrant({ ...grant, Operations: ["Decrypt"] })
    await kms.createAlias({ AliasName: "alias/one", TargetKeyId: KeyId! })
    fill(path, "kms_keys", { key_id: UUID }, `key_id = '${KeyId}'`)
    fill(path, "kms_aliases", { name: `'alias/' || ${NUMBERED}`, key_id: UUID })
    fill(path, "kms_grants", { grant_id: NUMBERED, grantee: NUMBERED })
    await bounded("ListKeys", () => kms.listKeys({}))
    await bounded("ListAliases", () => kms.listAliases({}))
    await bounded("ListAliases of a key", () => kms.listAliases({ KeyId: KeyId! }))
    await bounded("ListGrants", () => kms.listGrants({ KeyId }))
    await bounded("ListRetirableGrants", () => kms.listRetirableGrants({ RetiringPrincipal: GranteePrincipal }))
    await bounded("CreateGrant", () => kms.createGrant({ ...grant, Operations: ["Encrypt"] }))
    await bounded("Encrypt", () => kms.encrypt({ KeyId, Plaintext: Buffer.from("x") }))
    await bounded("RotateKeyOnDemand", () => kms.rotateKeyOnDemand({ KeyId }))
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 })
    // The thousands of uploads that were filled in come due as well, one job each: they are none of this.
    execute(path, "DELETE FROM work_jobs WHERE kind = 's3:drop-parts'")
    await server.clock.advance({ days: 7, minutes: 1 })
    await bounded("the deletion of a key", () => server.work.settle())
  }

  async function dynamodb() {
    const TableName = "Large"
    const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" as const })
    const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const })
    await db.createTable({
      TableName,
      AttributeDefinitions: [text("id"), text("one")],
      KeySchema: [hash("id")],
      GlobalSecondaryIndexes: [{ IndexName: "one", KeySchema: [hash("one")], Projection: { ProjectionType: "ALL" } }],
      BillingMode: "PAY_PER_REQUEST",
    })
    const now = Math.floor(Date.now() / 1000)
    for (let from = 0; from < MANY; from += 500)
      await Promise.all(
        Array.from({ length: 20 }, (_, batch) => {
          const puts = Array.from({ length: 25 }, (_, i) => ({
            PutRequest: {
              Item: { id: { S: `${from + batch * 25 + i}` }, one: { S: "1" }, ttl: { N: String(now - 60) } },
            },
          }))
          return db.batchWriteItem({ RequestItems: { [TableName]: puts } })
        }),
      )
    const two = { IndexName: "two", KeySchema: [hash("ttl2")], Projection: { ProjectionType: "KEYS_ONLY" as const } }
    const live = (Enabled: boolean) =>
      db.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled, AttributeName: "ttl" } })
    const query = {
      TableName,
      IndexName: "one",
      KeyConditionExpression: "one = :one",
      ExpressionAttributeValues: { ":one": { S: "1" } },
    }
    await bounded("DescribeTable", () => db.describeTable({ TableName }))
    await bounded("Scan", () => db.scan({ TableName }))
    await bounded("Scan with a filter", () =>
      db.scan({ TableName, FilterExpression: "id = :no", ExpressionAttributeValues: { ":no": { S: "no" } } }),
    )
    await bounded("Query of an index", () => db.query(query))
    await bounded("Query that counts", () => db.query({ ...query, Select: "COUNT", ScanIndexForward: false }))
    await bounded("UpdateTable, a new index", () =>
      db.updateTable({
        TableName,
        AttributeDefinitions: [text("ttl2")],
        GlobalSecondaryIndexUpdates: [{ Create: two }],
      }),
    )
    await bounded("UpdateTable, an index less", () =>
      db.updateTable({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "one" } }] }),
    )
    await bounded("UpdateTimeToLive", () => live(true))
    await bounded("what expires", async () => {
      await server.clock.advance({ minutes: 1 })
      await server.work.settle()
    })
    assert.equal((await db.scan({ TableName, Select: "COUNT" })).Count, 0)
    await bounded("UpdateTimeToLive, off", () => live(false))
    await db.putItem({ TableName, Item: { id: { S: "again" }, one: { S: "1" } } })
    fill(path, "ddb_items", { pk: "CAST(i AS BLOB)" })
    await bounded("DeleteTable", () => db.deleteTable({ TableName }))
  }

  async function buckets() {
    const Bucket = "large-bucket"
    await s3.createBucket({ Bucket })
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } })
    for (const Key of ["plain", "gone"]) await s3.putObject({ Bucket, Key, Body: "x" })
    await s3.createMultipartUpload({ Bucket, Key: "upload" })
    const key = (prefix: string) => `CAST('${prefix}' || ${NUMBERED} AS BLOB)`
    const isPlain = "object_key = CAST('plain' AS BLOB)"
    fill(path, "s3_objects", { object_key: key("flat/") }, isPlain)
    fill(path, "s3_objects", { object_key: `CAST('deep/' || ${NUMBERED} || '/x' AS BLOB)` }, isPlain)
    // Versions of one key, and keys that are there no more.
    fill(path, "s3_objects", { age: "i", version_id: NUMBERED, listed: "0" }, isPlain)
    fill(path, "s3_objects", { object_key: key("gone/"), listed: "0" }, isPlain)
    fill(path, "s3_uploads", { upload_id: NUMBERED })
    fill(path, "s3_uploads", { object_key: key("uploads/") })
    fill(path, "s3_buckets", { name: `'bucket-' || ${NUMBERED}` })
    await bounded("ListObjectsV2", () => s3.listObjectsV2({ Bucket }))
    await bounded("ListObjectsV2 of what is gone", () => s3.listObjectsV2({ Bucket, Prefix: "gone/" }))
    await bounded("ListObjectsV2, rolled up", async () => {
      const { CommonPrefixes, Contents } = await s3.listObjectsV2({ Bucket, Delimiter: "/" })
      assert.equal(CommonPrefixes?.length, 2)
      assert.equal(Contents?.length, 2)
    })
    await bounded("ListObjectsV2, rolled up to many", () =>
      s3.listObjectsV2({ Bucket, Delimiter: "/", Prefix: "deep/" }),
    )
    await bounded("ListObjects", () => s3.listObjects({ Bucket, Delimiter: "/" }))
    await bounded("ListObjectVersions", () => s3.listObjectVersions({ Bucket }))
    await bounded("ListObjectVersions, rolled up", () => s3.listObjectVersions({ Bucket, Delimiter: "/" }))
    await bounded("ListMultipartUploads", () => s3.listMultipartUploads({ Bucket }))
    await bounded("ListMultipartUploads, rolled up", () => s3.listMultipartUploads({ Bucket, Delimiter: "/" }))
    await bounded("GetObject of a key of many versions", () => s3.getObject({ Bucket, Key: "plain" }))
    await bounded("PutObject of a key of many versions", () => s3.putObject({ Bucket, Key: "plain", Body: "x" }))
    await bounded("DeleteObject of a key of many versions and uploads", () => s3.deleteObject({ Bucket, Key: "plain" }))
    await bounded("ListBuckets", () => s3.listBuckets({}))
    await bounded("DeleteBucket of a full one", () => s3.deleteBucket({ Bucket }).catch(() => {}))
    const database = new DatabaseSync(path)
    database.exec(`DELETE FROM s3_objects WHERE bucket = '${Bucket}'`)
    database.close()
    await bounded("DeleteBucket with uploads", () => s3.deleteBucket({ Bucket }))
  }

  async function userPools() {
    const { UserPool } = await idp.createUserPool({
      PoolName: "large",
      UserPoolTier: "PLUS",
      UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" },
      DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true },
    })
    const UserPoolId = UserPool!.Id!
    const { UserPoolClient } = await idp.createUserPoolClient({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })
    const ClientId = UserPoolClient!.ClientId!
    const [Username, PASSWORD] = ["ursula", "Tr0ub4dor&3"]
    const create = async (name: string) => {
      const UserAttributes = [{ Name: "email", Value: `${name}@example.com` }]
      await idp.adminCreateUser({ UserPoolId, Username: name, UserAttributes, MessageAction: "SUPPRESS" })
      await idp.adminSetUserPassword({ UserPoolId, Username: name, Password: PASSWORD, Permanent: true })
    }
    await create(Username)
    await idp.createGroup({ UserPoolId, GroupName: "readers" })
    await idp.adminAddUserToGroup({ UserPoolId, Username, GroupName: "readers" })
    const signIn = () =>
      idp.initiateAuth({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: Username, PASSWORD },
      })
    const { AccessToken, RefreshToken } = (await signIn()).AuthenticationResult!
    const ofPool = `pool_id = '${UserPoolId}'`
    const user = { sub: UUID, username_key: `'user' || ${NUMBERED}` }
    // The names in the records stay: what is listed here is looked up by the columns.
    fill(path, "idp_users", user, ofPool)
    fill(path, "idp_user_search", { ...user, value: `'a' || ${NUMBERED}` }, `${ofPool} AND attribute = 'email'`)
    fill(path, "idp_memberships", { sub: UUID }, ofPool)
    fill(path, "idp_groups", { name: `'group' || ${NUMBERED}`, member_key: NUMBERED }, ofPool)
    const { UserAttributes } = await idp.adminGetUser({ UserPoolId, Username })
    const sub = UserAttributes!.find(({ Name }) => Name === "sub")!.Value
    fill(path, "idp_refresh_tokens", { hash: NUMBERED, event_id: NUMBERED }, ofPool)
    fill(path, "idp_auth_events", { id: NUMBERED }, ofPool)
    await bounded("InitiateAuth of a user who has signed in often", signIn)
    await bounded("InitiateAuth with a refresh token, of the same", () =>
      idp.initiateAuth({
        ClientId,
        AuthFlow: "REFRESH_TOKEN_AUTH",
        AuthParameters: { REFRESH_TOKEN: RefreshToken! },
      }),
    )
    fill(path, "idp_memberships", { group_name: NUMBERED }, `${ofPool} AND sub = '${sub}'`)
    fill(path, "idp_app_clients", { id: `'client' || ${NUMBERED}` }, ofPool)
    fill(path, "idp_user_pools", { id: `'us-east-1_' || ${NUMBERED}` })
    const filters = ['email ^= "a"', 'cognito:user_status = "CONFIRMED"', 'status = "Enabled"', 'username ^= "u"', ""]
    await bounded("DescribeUserPool", () => idp.describeUserPool({ UserPoolId }))
    await bounded("ListUserPools", () => idp.listUserPools({ MaxResults: 60 }))
    await bounded("ListUserPoolClients", () => idp.listUserPoolClients({ UserPoolId, MaxResults: 60 }))
    for (const Filter of filters)
      await bounded(`ListUsers ${Filter}`, () => idp.listUsers({ UserPoolId, ...(Filter && { Filter }) }))
    await bounded("ListUsersInGroup", () => idp.listUsersInGroup({ UserPoolId, GroupName: "readers" }))
    await bounded("ListGroups", () => idp.listGroups({ UserPoolId }))
    await bounded("AdminListGroupsForUser", () => idp.adminListGroupsForUser({ UserPoolId, Username }))
    await bounded("AdminListUserAuthEvents", () => idp.adminListUserAuthEvents({ UserPoolId, Username }))
    await bounded("GetUser", () => idp.getUser({ AccessToken: AccessToken! }))
    await bounded("RevokeToken", () => idp.revokeToken({ ClientId, Token: RefreshToken! }))
    await bounded("AdminUserGlobalSignOut", () => idp.adminUserGlobalSignOut({ UserPoolId, Username }))
    await bounded("DeleteGroup", () => idp.deleteGroup({ UserPoolId, GroupName: "readers" }))
    await bounded("AdminDeleteUser", () => idp.adminDeleteUser({ UserPoolId, Username }))
    await idp.createGroup({ UserPoolId, GroupName: "readers" })
    assert.deepEqual((await idp.listUsersInGroup({ UserPoolId, GroupName: "readers" })).Users, [])
    await bounded("DeleteUserPool", () => idp.deleteUserPool({ UserPoolId }))
    assert.equal(rowsLeft("idp_users"), 0)
    assert.equal(rowsLeft("idp_memberships"), 0)
    assert.equal(rowsLeft("idp_refresh_tokens"), 0)
  }

  async function identityPools() {
    const pool = { AllowUnauthenticatedIdentities: true, DeveloperProviderName: "dev" }
    const { IdentityPoolId } = await identity.createIdentityPool({ IdentityPoolName: "large", ...pool })
    const id = { IdentityPoolId: IdentityPoolId! }
    await identity.getOpenIdTokenForDeveloperIdentity({ ...id, Logins: { dev: "one" } })
    const ofPool = `pool_id = '${IdentityPoolId}'`
    fill(path, "cid_identities", { identity_id: `'us-east-1:' || ${UUID}` }, ofPool)
    fill(path, "cid_logins", { subject: NUMBERED, identity_id: `'us-east-1:' || ${UUID}` }, ofPool)
    fill(path, "cid_identities", { identity_id: `'us-east-1:0' || ${UUID}`, disabled: "1" }, ofPool)
    fill(path, "cid_pools", { pool_id: `'us-east-1:' || ${UUID}` }, ofPool)
    const list = { ...id, MaxResults: 60 }
    await bounded("ListIdentities", () => identity.listIdentities(list))
    await bounded("ListIdentities without the disabled", () => identity.listIdentities({ ...list, HideDisabled: true }))
    await bounded("ListIdentityPools", () => identity.listIdentityPools({ MaxResults: 60 }))
    await bounded("LookupDeveloperIdentity", () =>
      identity.lookupDeveloperIdentity({ ...id, DeveloperUserIdentifier: "one" }),
    )
    await bounded("DeleteIdentityPool", () => identity.deleteIdentityPool(id))
    assert.equal(rowsLeft("cid_identities"), 0)
    assert.equal(rowsLeft("cid_logins"), 0)
  }

  async function datasets() {
    const sync = new CognitoSync(options)
    const { IdentityPoolId } = await identity.createIdentityPool({
      IdentityPoolName: "synchronised",
      AllowUnauthenticatedIdentities: true,
    })
    const { IdentityId } = await identity.getId({ IdentityPoolId: IdentityPoolId! })
    const of = { IdentityPoolId: IdentityPoolId!, IdentityId: IdentityId! }
    const settings = { ...of, DatasetName: "settings" }
    const patch = (SyncCount: number) => [{ Op: "replace" as const, Key: "colour", Value: "red", SyncCount }]
    const update = async (SyncCount: number) => {
      const { SyncSessionToken } = await sync.listRecords(settings)
      await sync.updateRecords({ ...settings, SyncSessionToken, RecordPatches: patch(SyncCount) })
    }
    await update(0)
    const ofIdentity = `identity_id = '${IdentityId}'`
    const another = `'us-east-1:' || ${UUID}`
    fill(path, "csync_datasets", { name: `'settings.' || ${NUMBERED}`, merged_of: "'settings'" }, ofIdentity)
    fill(path, "csync_datasets", { identity_id: another }, `${ofIdentity} AND merged_of = ''`)
    fill(path, "csync_records", { identity_id: another })
    fill(path, "csync_identities", { identity_id: another }, ofIdentity)
    fill(path, "csync_usage", { pool_id: another }, `pool_id = '${IdentityPoolId}'`)
    const iam = new IAM(options)
    const { Role } = await iam.createRole({
      RoleName: "of-streams",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "cognito-sync.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      }),
    })
    await bounded("ListRecords", () => sync.listRecords(settings))
    await bounded("UpdateRecords", () => update(1))
    await bounded("ListDatasets", () => sync.listDatasets(of))
    await bounded("DescribeIdentityUsage", () => sync.describeIdentityUsage(of))
    await bounded("DescribeIdentityPoolUsage", () => sync.describeIdentityPoolUsage(of))
    await bounded("ListIdentityPoolUsage", () => sync.listIdentityPoolUsage({}))
    await sync.setIdentityPoolConfiguration({
      IdentityPoolId: IdentityPoolId!,
      CognitoStreams: { StreamName: "none", RoleArn: Role!.Arn!, StreamingStatus: "ENABLED" },
    })
    await bounded("BulkPublish", () => sync.bulkPublish({ IdentityPoolId: IdentityPoolId! }))
    assert.equal((await sync.getBulkPublishDetails({ IdentityPoolId: IdentityPoolId! })).BulkPublishStatus, "FAILED")
    await bounded("DeleteDataset", () => sync.deleteDataset(settings))
  }

  async function accounts() {
    const iam = new IAM(options)
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
    })
    const document = { Version: "2012-10-17", Statement: { Effect: "Deny", Action: "*", Resource: "*" } }
    await iam.createUser({ UserName: "one" })
    await iam.createGroup({ GroupName: "one" })
    await iam.addUserToGroup({ GroupName: "one", UserName: "one" })
    await iam.createRole({ RoleName: "one", AssumeRolePolicyDocument })
    const { Policy } = await iam.createPolicy({ PolicyName: "one", PolicyDocument: JSON.stringify(document) })
    const PolicyArn = Policy!.Arn!
    await iam.attachRolePolicy({ RoleName: "one", PolicyArn })
    const identity = { name_key: `'n' || ${NUMBERED}`, name: `'n' || ${NUMBERED}`, id: `kind || ${NUMBERED}` }
    for (const kind of ["user", "role", "group"]) fill(path, "iam_identities", identity, `kind = '${kind}'`)
    fill(path, "iam_attachments", { owner_id: `'role' || ${NUMBERED}` })
    fill(path, "iam_policies", { name_key: NUMBERED, name: NUMBERED, arn: NUMBERED })
    fill(path, "iam_policy_versions", { policy_arn: NUMBERED })
    // What has a policy or is in a group is counted and sorted: the quotas of an account bound that.
    await bounded("ListUsers", () => iam.listUsers({}))
    await bounded("ListRoles", () => iam.listRoles({}))
    await bounded("ListGroups", () => iam.listGroups({}))
    await bounded("ListPolicies", () => iam.listPolicies({ Scope: "Local" }))
    await bounded("GetAccountAuthorizationDetails", () => iam.getAccountAuthorizationDetails({}))
    await bounded("GenerateCredentialReport", () => iam.generateCredentialReport({}))
    const organizations = new Organizations(options)
    await organizations.createOrganization({ FeatureSet: "ALL" })
    await organizations.createAccount({ AccountName: "one", Email: "one@example.com" })
    fill(path, "org_accounts", { account: `printf('%012d', i)`, email: NUMBERED }, "email = 'one@example.com'")
    fill(path, "org_account_requests", { request_id: NUMBERED })
    const ParentId = (await organizations.listRoots({})).Roots![0]!.Id!
    await bounded("ListAccounts", () => organizations.listAccounts({}))
    await bounded("ListAccountsForParent", () => organizations.listAccountsForParent({ ParentId }))
    await bounded("ListCreateAccountStatus", () => organizations.listCreateAccountStatus({}))
    await bounded("metrics", () => fetch(`${server.url}/_hallpass/health`))
    await bounded("decisions", () => server.decisions.list({ refused: true }))
    await bounded("outbox", () => server.outbox.list())
  }

  async function functions() {
    const lambda = new Lambda(options)
    const iam = new IAM(options)
    const { Role } = await iam.createRole({ RoleName: "of-functions", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
    const FunctionName = "large"
    const create = () =>
      lambda.createFunction({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: Role!.Arn!,
        Code: { ZipFile: HELLO },
      })
    await create()
    await server.work.settle()
    await lambda.publishVersion({ FunctionName })
    await lambda.createAlias({ FunctionName, Name: "live", FunctionVersion: "1" })
    await lambda.publishLayerVersion({ LayerName: "large", Content: { ZipFile: HELLO } })
    fill(path, "lambda_versions", { version: "i + 1" }, "version = 1")
    fill(path, "lambda_aliases", { alias: NUMBERED })
    fill(path, "lambda_functions", { name: `'n' || ${NUMBERED}`, id: UUID })
    fill(path, "lambda_versions", { function_id: UUID, version: "0" }, "version = 0")
    fill(path, "lambda_layers", { name: NUMBERED })
    fill(path, "lambda_layer_versions", { version: "i + 1" })
    fill(path, "lambda_code_users", { user_id: NUMBERED })
    const listAll = async () => {
      let Marker: string | undefined
      // The second page begins among the versions of one function.
      for (let page = 0; page < 3; page++) {
        const asked = { FunctionVersion: "ALL" as const, ...(Marker && { Marker }) }
        Marker = (await lambda.listFunctions(asked)).NextMarker
      }
    }
    await bounded("ListFunctions", () => lambda.listFunctions({}))
    await bounded("ListFunctions, every version", listAll)
    await bounded("ListVersionsByFunction", () => lambda.listVersionsByFunction({ FunctionName }))
    await bounded("ListAliases", () => lambda.listAliases({ FunctionName }))
    await bounded("ListAliases of a version", () => lambda.listAliases({ FunctionName, FunctionVersion: "1" }))
    await bounded("ListLayers", () => lambda.listLayers({}))
    await bounded("ListLayerVersions", () => lambda.listLayerVersions({ LayerName: "large" }))
    await bounded("DeleteFunction of a version with aliases", () =>
      lambda.deleteFunction({ FunctionName, Qualifier: "1" }).catch(() => {}),
    )
    await bounded("DeleteFunction of a version", () => lambda.deleteFunction({ FunctionName, Qualifier: "7" }))
    await bounded("UpdateFunctionCode", () => lambda.updateFunctionCode({ FunctionName, ZipFile: HELLO }))
    await bounded("DeleteLayerVersion", () => lambda.deleteLayerVersion({ LayerName: "large", VersionNumber: 1 }))
    await bounded("DeleteFunction", () => lambda.deleteFunction({ FunctionName }))
    await bounded("CreateFunction of the same name", create)
  }

  function rowsLeft(table: string): number {
    const database = new DatabaseSync(path)
    const { n } = database.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }
    database.close()
    return n
  }
})
