import {
  ListRoleTagsCommand,
  ListUserTagsCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagRoleCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { onRole, onUser, taggingRole, taggingUser, untaggingRole, untaggingUser } from "./access.ts"
import { getIdentity, updateIdentity } from "./identities/record.ts"
import { listPageOf, type PageInput, pageMembers } from "./paging.ts"
import { mergeTags, type Tag, withoutTags } from "./tags.ts"

type Tagged = "role" | "user"

async function change(
  { store, account }: CallContext,
  kind: Tagged,
  name: string,
  edit: (tags: readonly Tag[]) => Tag[],
): Promise<object> {
  await store.transact(async (tx) => {
    const identity = await getIdentity(tx, account, kind, name)
    await updateIdentity(tx, { ...identity, body: { ...identity.body, tags: edit(identity.body.tags) } })
  })
  return {}
}

const list = (context: CallContext, kind: Tagged, name: string, paging: PageInput) =>
  context.store.read(async (tx) => {
    const { id, body } = await getIdentity(tx, context.account, kind, name)
    const page = await listPageOf(context, paging, `tags of ${id}`, body.tags, ({ Key }) => Key)
    return { Tags: page.items, ...pageMembers(page) }
  })

export const TagRole = operation(TagRoleCommand, {
  access: taggingRole,
  handle: ({ RoleName, Tags }, context) => change(context, "role", RoleName, (tags) => mergeTags(tags, Tags, "Role")),
})
export const TagUser = operation(TagUserCommand, {
  access: taggingUser,
  handle: ({ UserName, Tags }, context) => change(context, "user", UserName, (tags) => mergeTags(tags, Tags, "User")),
})
export const UntagRole = operation(UntagRoleCommand, {
  access: untaggingRole,
  handle: ({ RoleName, TagKeys }, context) => change(context, "role", RoleName, (tags) => withoutTags(tags, TagKeys)),
})
export const UntagUser = operation(UntagUserCommand, {
  access: untaggingUser,
  handle: ({ UserName, TagKeys }, context) => change(context, "user", UserName, (tags) => withoutTags(tags, TagKeys)),
})
export const ListRoleTags = operation(ListRoleTagsCommand, {
  access: onRole,
  handle: ({ RoleName, ...paging }, context) => list(context, "role", RoleName, paging),
})
export const ListUserTags = operation(ListUserTagsCommand, {
  access: onUser,
  handle: ({ UserName, ...paging }, context) => list(context, "user", UserName, paging),
})
