import { setImmediate as nextTurn } from "node:timers/promises"
import { GenerateCredentialReportCommand, GetCredentialReportCommand } from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { Reading } from "../../store/store.ts"
import { onAccount } from "./access.ts"
import { listKeys } from "./access-keys.ts"
import { iamArn } from "./arns.ts"
import { listCredentials } from "./credentials/record.ts"
import { credentialReportExpired, noCredentialReport } from "./errors.ts"
import { arnOf, type Identity, listIdentities, pageKeyOf } from "./identities/record.ts"
import { listDevicesOf } from "./mfa/record.ts"
import { findProfile, type ProfileRecord } from "./passwords/login-profile-record.ts"
import { findPasswordPolicy } from "./passwords/policy.ts"
import { findKeyUse } from "./uses.ts"

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
/** IAM User Guide, "Generate credential reports for your AWS account": a report is good for four hours. */
const GOOD_FOR = 4 * HOUR

/** The same guide, "Understanding the report format". */
const COLUMNS = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  "access_key_1_active",
  "access_key_1_last_rotated",
  "access_key_1_last_used_date",
  "access_key_1_last_used_region",
  "access_key_1_last_used_service",
  "access_key_2_active",
  "access_key_2_last_rotated",
  "access_key_2_last_used_date",
  "access_key_2_last_used_region",
  "access_key_2_last_used_service",
  "cert_1_active",
  "cert_1_last_rotated",
  "cert_2_active",
  "cert_2_last_rotated",
]

const NO_KEY = ["false", "N/A", "N/A", "N/A", "N/A"]

const time = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "+00:00")

export const GenerateCredentialReport = operation(GenerateCredentialReportCommand, {
  access: onAccount,
  async handle(_input, context) {
    const { store, clock, account } = context
    const now = clock.now()
    const known = await store.read((tx) => findReport(tx, account))
    if (known && now - known.generatedAt < GOOD_FOR) return { State: "COMPLETE" as const }
    const content = await writeReport(context)
    await store.transact((tx) =>
      tx.run(
        `INSERT INTO iam_credential_reports (account, generated_at, content) VALUES ($1, $2, $3)
         ON CONFLICT (account) DO UPDATE SET generated_at = excluded.generated_at, content = excluded.content`,
        account,
        now,
        content,
      ),
    )
    // It is made by now, but told of as AWS tells of it (AWS CLI Command Reference, "generate-credential-report").
    const Description = "No report exists. Starting a new report generation task"
    return { State: "STARTED" as const, Description }
  },
})

export const GetCredentialReport = operation(GetCredentialReportCommand, {
  access: onAccount,
  async handle(_input, { store, clock, account }) {
    const report = await store.read((tx) => findReport(tx, account))
    if (!report) throw noCredentialReport()
    if (clock.now() - report.generatedAt >= GOOD_FOR) throw credentialReportExpired()
    return {
      Content: Buffer.from(report.content),
      ReportFormat: "text/csv" as const,
      GeneratedTime: new Date(report.generatedAt),
    }
  },
})

async function findReport(tx: Reading, account: string) {
  const row = await tx.get<{ generated_at: number | bigint; content: string }>(
    "SELECT generated_at, content FROM iam_credential_reports WHERE account = $1",
    account,
  )
  return row && { generatedAt: Number(row.generated_at), content: row.content }
}

const USERS_AT_A_TIME = 100

/** The report, read in pieces between which other requests have their turn: an account has thousands of users. */
async function writeReport(context: CallContext): Promise<string> {
  const { store, account } = context
  const maximumAge = (await store.read((tx) => findPasswordPolicy(tx, account)))?.MaxPasswordAge
  const root = await store.read(async (tx) =>
    rootLine(account, await keyCells(tx, account, context), await certificateCells(tx, account)),
  )
  const lines = [COLUMNS, root]
  let after = ""
  for (;;) {
    const page = { pathPrefix: "/", after, limit: USERS_AT_A_TIME }
    const users = await store.read(async (tx) => {
      const found = await listIdentities(tx, account, "user", page)
      for (const user of found) lines.push(await lineOf(tx, user, maximumAge, context))
      return found
    })
    const last = users.at(-1)
    if (last === undefined || users.length < USERS_AT_A_TIME) break
    after = pageKeyOf(last)
    await nextTurn()
  }
  // Names and ARNs may have commas, but neither quotes nor line breaks.
  return lines.map((cells) => cells.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join()).join("\n")
}

/** When the root user's credentials were made is not kept. */
const rootLine = (account: string, keys: readonly string[], certificates: readonly string[]): string[] => [
  "<root_account>",
  iamArn(account, "root", "", ""),
  time(0),
  "not_supported",
  "no_information",
  "not_supported",
  "not_supported",
  "false",
  ...keys,
  ...certificates,
]

async function lineOf(
  tx: Reading,
  user: Identity,
  maximumAge: number | undefined,
  context: CallContext,
): Promise<string[]> {
  const isMfaActive = (await listDevicesOf(tx, user.id)).length > 0
  return [
    user.name,
    arnOf(user),
    time(user.body.createdAt),
    ...passwordCells(await findProfile(tx, user.id), maximumAge),
    String(isMfaActive),
    ...(await keyCells(tx, user.id, context)),
    ...(await certificateCells(tx, user.id)),
  ]
}

/** Of the older of a user's two keys, and of the newer one. */
async function keyCells(tx: Reading, holderId: string, context: CallContext): Promise<string[]> {
  const keys = await listKeys(tx, holderId, context)
  const cells: string[] = []
  for (const { id, status, created_at } of keys.sort((a, b) => Number(a.created_at) - Number(b.created_at))) {
    const use = await findKeyUse(tx, id)
    cells.push(String(status === "Active"), time(Number(created_at)))
    cells.push(...(use ? [time(use.usedAt), use.region, use.service] : ["N/A", "N/A", "N/A"]))
  }
  for (let count = keys.length; count < 2; count++) cells.push(...NO_KEY)
  return cells
}

async function certificateCells(tx: Reading, holderId: string): Promise<string[]> {
  const certificates = await listCredentials(tx, "certificate", holderId)
  const cells = certificates
    .sort((a, b) => a.createdAt - b.createdAt)
    .flatMap(({ status, createdAt }) => [String(status === "Active"), time(createdAt)])
  return [...cells, "false", "N/A", "false", "N/A"].slice(0, 4)
}

/** Nobody signs in with a password here. */
function passwordCells(profile: ProfileRecord | undefined, maximumAge: number | undefined): string[] {
  if (!profile) return ["false", "N/A", "N/A", "N/A"]
  const rotation = maximumAge === undefined ? "N/A" : time(profile.changedAt + maximumAge * DAY)
  return ["true", "no_information", time(profile.changedAt), rotation]
}
