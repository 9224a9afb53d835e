import {
  DeleteBackupCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  ListBackupsCommand,
  UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb"
import { operation, type Scope } from "../../operation.ts"
import type { Store } from "../../store/store.ts"
import { WireError } from "../../wire/errors.ts"
import { onTable } from "./access.ts"
import { invalid, notBuilt } from "./errors.ts"
import { findTable } from "./tables/find.ts"
import { parseTableName } from "./tables/table-name.ts"

/** What every table has on AWS; point-in-time recovery is off, and cannot be turned on here. */
const CONTINUOUS = {
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: "ENABLED" as const,
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" as const },
  },
}

export const DescribeContinuousBackups = operation(DescribeContinuousBackupsCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    await assertTable(TableName, context)
    return CONTINUOUS
  },
})

export const UpdateContinuousBackups = operation(UpdateContinuousBackupsCommand, {
  access: onTable,
  async handle({ TableName, PointInTimeRecoverySpecification }, context) {
    const { PointInTimeRecoveryEnabled, RecoveryPeriodInDays } = PointInTimeRecoverySpecification
    if (!PointInTimeRecoveryEnabled && RecoveryPeriodInDays !== undefined) {
      throw invalid("Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")
    }
    await assertTable(TableName, context)
    if (PointInTimeRecoveryEnabled) throw notBuilt("point-in-time recovery of DynamoDB's tables")
    return CONTINUOUS
  },
})

async function assertTable(nameOrArn: string, context: Scope & { store: Store }): Promise<void> {
  const address = parseTableName(nameOrArn, context)
  if (await findTable(context.store, address)) return
  throw new WireError("TableNotFoundException", `Table not found: ${address.name}`)
}

/** No backup can be made here, so there is none. */
export const ListBackups = operation(ListBackupsCommand, {
  access: () => ({ resource: "*" }),
  async handle() {
    return { BackupSummaries: [] }
  },
})

const onBackup = ({ BackupArn }: { BackupArn: string }) => ({ resource: BackupArn })

export const DescribeBackup = operation(DescribeBackupCommand, {
  access: onBackup,
  async handle({ BackupArn }) {
    throw noBackup(BackupArn)
  },
})

export const DeleteBackup = operation(DeleteBackupCommand, {
  access: onBackup,
  async handle({ BackupArn }) {
    throw noBackup(BackupArn)
  },
})

/** UNVERIFIED: the texts of backups, exports and imports that are not found. */
function noBackup(arn: string): WireError {
  if (!/^arn:aws:dynamodb:[^:]+:\d{12}:table\/[^/]+\/backup\/[^/]+$/.test(arn)) return invalid("Invalid Backup ARN")
  return new WireError("BackupNotFoundException", `Backup not found: ${arn}`)
}
