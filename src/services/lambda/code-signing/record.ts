import type { AllowedPublishers, CodeSigningPolicies } from "@aws-sdk/client-lambda"
import { formatArn } from "../../../base/arn.ts"
import { DIGITS, randomText } from "../../../base/random.ts"
import type { Scope } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"

export interface CodeSigningBody {
  Description?: string
  AllowedPublishers: AllowedPublishers
  CodeSigningPolicies: CodeSigningPolicies
  tags: Record<string, string>
  /** Milliseconds since the epoch. */
  lastModified: number
}

export interface CodeSigningRecord extends Scope {
  /** `csc-` and 17 characters. */
  id: string
  body: CodeSigningBody
}

export const codeSigningArn = ({ account, region, id }: Scope & { id: string }): string =>
  formatArn({ service: "lambda", region, account, resource: `code-signing-config:${id}` })

export const newCodeSigningId = (): string => `csc-${randomText(`${DIGITS}abcdef`, 17)}`

export async function readCodeSigning(
  tx: Reading,
  { account, region, id }: Scope & { id: string },
): Promise<CodeSigningRecord | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM lambda_code_signing WHERE account = $1 AND region = $2 AND id = $3",
    account,
    region,
    id,
  )
  return row && { account, region, id, body: JSON.parse(row.body) as CodeSigningBody }
}

export async function listCodeSigning(
  tx: Reading,
  { account, region }: Scope,
  after: string,
  limit: number,
): Promise<CodeSigningRecord[]> {
  const rows = await tx.all<{ id: string; body: string }>(
    "SELECT id, body FROM lambda_code_signing WHERE account = $1 AND region = $2 AND id > $3 ORDER BY id LIMIT $4",
    account,
    region,
    after,
    limit,
  )
  return rows.map(({ id, body }) => ({ account, region, id, body: JSON.parse(body) as CodeSigningBody }))
}

export async function putCodeSigning(tx: Writing, { account, region, id, body }: CodeSigningRecord): Promise<void> {
  await tx.run(
    `INSERT INTO lambda_code_signing (account, region, id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account, region, id) DO UPDATE SET body = excluded.body`,
    account,
    region,
    id,
    JSON.stringify(body),
  )
}

export async function removeCodeSigning(tx: Writing, { account, region, id }: Scope & { id: string }): Promise<void> {
  await tx.run("DELETE FROM lambda_code_signing WHERE account = $1 AND region = $2 AND id = $3", account, region, id)
}

/** The configuration that a function's code is held against; undefined where there is none. */
export async function readBinding(tx: Reading, functionId: string): Promise<string | undefined> {
  const row = await tx.get<{ config_id: string }>(
    "SELECT config_id FROM lambda_code_signed WHERE function_id = $1",
    functionId,
  )
  return row?.config_id
}

export async function bind(tx: Writing, functionId: string, functionName: string, configId: string): Promise<void> {
  await tx.run(
    `INSERT INTO lambda_code_signed (function_id, function_name, config_id) VALUES ($1, $2, $3)
     ON CONFLICT (function_id) DO UPDATE SET config_id = excluded.config_id`,
    functionId,
    functionName,
    configId,
  )
}

export async function unbind(tx: Writing, functionId: string): Promise<void> {
  await tx.run("DELETE FROM lambda_code_signed WHERE function_id = $1", functionId)
}

/** The names of the functions that have it, in their order. */
export async function listBound(tx: Reading, configId: string, after: string, limit: number): Promise<string[]> {
  const rows = await tx.all<{ function_name: string }>(
    "SELECT function_name FROM lambda_code_signed WHERE config_id = $1 AND function_name > $2 ORDER BY function_name LIMIT $3",
    configId,
    after,
    limit,
  )
  return rows.map(({ function_name }) => function_name)
}
