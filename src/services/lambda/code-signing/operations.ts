import {
  type CodeSigningConfig,
  CreateCodeSigningConfigCommand,
  DeleteCodeSigningConfigCommand,
  GetCodeSigningConfigCommand,
  ListCodeSigningConfigsCommand,
  UpdateCodeSigningConfigCommand,
} from "@aws-sdk/client-lambda"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { operation, type Scope } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { tagged } from "../access.ts"
import { showTime } from "../functions/show.ts"
import { listPage } from "../paging.ts"
import { configInUse, configNotFound } from "./errors.ts"
import {
  type CodeSigningRecord,
  codeSigningArn,
  listBound,
  listCodeSigning,
  newCodeSigningId,
  putCodeSigning,
  readCodeSigning,
  removeCodeSigning,
} from "./record.ts"

export const CreateCodeSigningConfig = operation(CreateCodeSigningConfigCommand, {
  access: ({ Tags }) => [{ resource: "*", context: Tags ? requestTagContext(Tags) : {} }, ...tagged("*", Tags)],
  async handle({ Description, AllowedPublishers, CodeSigningPolicies, Tags }, { store, clock, account, region }) {
    const record: CodeSigningRecord = {
      account,
      region,
      id: newCodeSigningId(),
      body: {
        ...(Description !== undefined && { Description }),
        AllowedPublishers,
        CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Warn", ...CodeSigningPolicies },
        tags: Tags ?? {},
        lastModified: clock.now(),
      },
    }
    await store.transact((tx) => putCodeSigning(tx, record))
    return { CodeSigningConfig: showConfig(record) }
  },
})

const onConfig = ({ CodeSigningConfigArn }: { CodeSigningConfigArn: string }) => ({ resource: CodeSigningConfigArn })

export const GetCodeSigningConfig = operation(GetCodeSigningConfigCommand, {
  access: onConfig,
  async handle({ CodeSigningConfigArn }, context) {
    const record = await context.store.read((tx) => getConfig(tx, CodeSigningConfigArn, context))
    return { CodeSigningConfig: showConfig(record) }
  },
})

export const UpdateCodeSigningConfig = operation(UpdateCodeSigningConfigCommand, {
  access: onConfig,
  async handle({ CodeSigningConfigArn, Description, AllowedPublishers, CodeSigningPolicies }, context) {
    const now = context.clock.now()
    const record = await context.store.transact(async (tx) => {
      const found = await getConfig(tx, CodeSigningConfigArn, context)
      const body = {
        ...found.body,
        ...(Description !== undefined && { Description }),
        ...(AllowedPublishers !== undefined && { AllowedPublishers }),
        CodeSigningPolicies: { ...found.body.CodeSigningPolicies, ...CodeSigningPolicies },
        lastModified: now,
      }
      await putCodeSigning(tx, { ...found, body })
      return { ...found, body }
    })
    return { CodeSigningConfig: showConfig(record) }
  },
})

export const DeleteCodeSigningConfig = operation(DeleteCodeSigningConfigCommand, {
  access: onConfig,
  async handle({ CodeSigningConfigArn }, context) {
    await context.store.transact(async (tx) => {
      const found = await getConfig(tx, CodeSigningConfigArn, context)
      if ((await listBound(tx, found.id, "", 1)).length > 0) throw configInUse()
      await removeCodeSigning(tx, found)
    })
    return {}
  },
})

export const ListCodeSigningConfigs = operation(ListCodeSigningConfigsCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, { store, masterKey, account, region }) {
    const scope = { account, region }
    const { items, ...next } = await store.read((tx) =>
      listPage(masterKey, `lambda code signing ${account} ${region}`, input, {
        load: (after, limit) => listCodeSigning(tx, scope, after, limit),
        keyOf: ({ id }) => id,
      }),
    )
    return { CodeSigningConfigs: items.map(showConfig), ...next }
  },
})

/** Throws 404 also for what is somebody else's. */
export async function getConfig(tx: Reading, arn: string, { account, region }: Scope): Promise<CodeSigningRecord> {
  const id = arn.slice(arn.lastIndexOf(":") + 1)
  const found =
    codeSigningArn({ account, region, id }) === arn ? await readCodeSigning(tx, { account, region, id }) : undefined
  if (!found) throw configNotFound(arn)
  return found
}

const showConfig = (record: CodeSigningRecord): CodeSigningConfig => ({
  CodeSigningConfigId: record.id,
  CodeSigningConfigArn: codeSigningArn(record),
  ...(record.body.Description !== undefined && { Description: record.body.Description }),
  AllowedPublishers: record.body.AllowedPublishers,
  CodeSigningPolicies: record.body.CodeSigningPolicies,
  LastModified: showTime(record.body.lastModified),
})
