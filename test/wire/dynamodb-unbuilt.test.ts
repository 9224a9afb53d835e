import assert from "node:assert/strict"
import { test } from "node:test"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

const { TableName } = TABLE

test("what DynamoDB has and Hallpass has not", async (t) => {
  await using world = await openWorld()
  const { db, server } = world
  await db.createTable(TABLE)

  await t.test("is told of as there being none", async () => {
    const { ContinuousBackupsDescription } = await db.describeContinuousBackups({ TableName })
    assert.equal(ContinuousBackupsDescription!.ContinuousBackupsStatus, "ENABLED")
    assert.deepEqual(ContinuousBackupsDescription!.PointInTimeRecoveryDescription, {
      PointInTimeRecoveryStatus: "DISABLED",
    })
    assert.deepEqual((await db.listBackups({})).BackupSummaries, [])
    assert.deepEqual((await db.listExports({})).ExportSummaries, [])
    assert.deepEqual((await db.listImports({})).ImportSummaryList, [])
    assert.deepEqual((await db.listGlobalTables({})).GlobalTables, [])
    assert.deepEqual((await db.listContributorInsights({ TableName })).ContributorInsightsSummaries, [])
    assert.equal((await db.describeContributorInsights({ TableName })).ContributorInsightsStatus, "DISABLED")
    const { KinesisDataStreamDestinations } = await db.describeKinesisStreamingDestination({ TableName })
    assert.deepEqual(KinesisDataStreamDestinations, [])
  })

  await t.test("is not found by name", async () => {
    const arn = `arn:aws:dynamodb:us-east-1:${server.account}:table/${TableName}/backup/01791525400213-63b4d36a`
    await assert.rejects(db.describeBackup({ BackupArn: arn }), { name: "BackupNotFoundException" })
    await assert.rejects(db.deleteBackup({ BackupArn: arn }), { name: "BackupNotFoundException" })
    await invalidates(db.describeBackup({ BackupArn: arn.replace("backup", "other") }), "Invalid Backup ARN")
    await assert.rejects(db.describeExport({ ExportArn: arn }), { name: "ExportNotFoundException" })
    await assert.rejects(db.describeImport({ ImportArn: arn }), { name: "ImportNotFoundException" })
    const none = `Global table with name: '${TableName}' does not exist.`
    await refuses(db.describeGlobalTable({ GlobalTableName: TableName }), "GlobalTableNotFoundException", none)
    await refuses(db.describeTableReplicaAutoScaling({ TableName }), "ResourceNotFoundException", none)
    await refuses(
      db.describeContributorInsights({ TableName, IndexName: "none" }),
      "ResourceNotFoundException",
      `Requested resource not found: Index: none not found for table: ${TableName}`,
    )
    for (const call of [
      db.describeContinuousBackups({ TableName: "None" }),
      db.updateContinuousBackups({
        TableName: "None",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]) {
      await refuses(call, "TableNotFoundException", "Table not found: None")
    }
  })

  await t.test("cannot be turned on", async () => {
    const recovery = (PointInTimeRecoveryEnabled: boolean) =>
      db.updateContinuousBackups({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled } })
    await refuses(recovery(true), "NotImplemented", /^Hallpass does not implement point-in-time recovery/)
    const { ContinuousBackupsDescription } = await recovery(false)
    assert.equal(ContinuousBackupsDescription!.PointInTimeRecoveryDescription!.PointInTimeRecoveryStatus, "DISABLED")
    await refuses(db.createBackup({ TableName, BackupName: "one" }), "NotImplemented", /dynamodb:CreateBackup/)
  })
})
