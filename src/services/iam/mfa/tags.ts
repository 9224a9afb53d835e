import { ListMFADeviceTagsCommand, TagMFADeviceCommand, UntagMFADeviceCommand } from "@aws-sdk/client-iam"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onMfaDevice } from "../access.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { mergeTags, type Tag, withoutTags } from "../tags.ts"
import { getDevice, putDevice } from "./record.ts"

async function change({ store, account }: CallContext, serial: string, edit: (tags: readonly Tag[]) => Tag[]) {
  await store.transact(async (tx) => {
    const device = await getDevice(tx, account, serial)
    await putDevice(tx, { ...device, body: { ...device.body, tags: edit(device.body.tags) } })
  })
  return {}
}

export const TagMFADevice = operation(TagMFADeviceCommand, {
  access: ({ SerialNumber, Tags }, scope) => ({
    ...onMfaDevice({ SerialNumber }, scope),
    context: requestTagContext(Tags),
  }),
  handle: ({ SerialNumber, Tags }, context) =>
    change(context, SerialNumber, (tags) => mergeTags(tags, Tags, "MFADevice")),
})

export const UntagMFADevice = operation(UntagMFADeviceCommand, {
  access: ({ SerialNumber, TagKeys }, scope) => ({
    ...onMfaDevice({ SerialNumber }, scope),
    context: { "aws:TagKeys": TagKeys },
  }),
  handle: ({ SerialNumber, TagKeys }, context) => change(context, SerialNumber, (tags) => withoutTags(tags, TagKeys)),
})

export const ListMFADeviceTags = operation(ListMFADeviceTagsCommand, {
  access: onMfaDevice,
  handle: ({ SerialNumber, ...paging }, context) =>
    context.store.read(async (tx) => {
      const { body } = await getDevice(tx, context.account, SerialNumber)
      const page = await listPageOf(context, paging, `tags of ${SerialNumber}`, body.tags, ({ Key }) => Key)
      return { Tags: page.items, ...pageMembers(page) }
    }),
})
