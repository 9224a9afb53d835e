import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  type InstanceProfile,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from "@aws-sdk/client-iam"
import { requestTagContext } from "../../authorization/request-tags.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { creating, listing, onInstanceProfile, onRole } from "./access.ts"
import { iamArn } from "./arns.ts"
import { hasInstanceProfiles, instanceProfileExists, overQuota, roleNotInProfile } from "./errors.ts"
import { getIdentity } from "./identities/record.ts"
import {
  countProfiles,
  findProfile,
  getProfile,
  listProfiles,
  profileOf,
  profilesOfRole,
} from "./instance-profile-record.ts"
import { listPage, listPageOf, pageMembers } from "./paging.ts"
import { quotas } from "./quotas.ts"
import { assertTags, mergeTags, type Tag, withoutTags } from "./tags.ts"
import { issueUniqueId } from "./unique-ids.ts"

export const CreateInstanceProfile = operation(CreateInstanceProfileCommand, {
  access: (input, scope) => creating("instance-profile", "TagInstanceProfile", input.InstanceProfileName, input, scope),
  async handle({ InstanceProfileName, Path = "/", Tags = [] }, { store, clock, account }) {
    assertTags(Tags)
    const body = { createdAt: clock.now(), tags: Tags }
    const id = issueUniqueId("AIPA")
    return store.transact(async (tx) => {
      if (await findProfile(tx, account, InstanceProfileName)) throw instanceProfileExists(InstanceProfileName)
      if ((await countProfiles(tx, account)) >= quotas.InstanceProfilesQuota)
        throw overQuota("InstanceProfilesPerAccount", quotas.InstanceProfilesQuota)
      await tx.run(
        `INSERT INTO iam_instance_profiles (account, name_key, name, path, id, role_id, body)
         VALUES ($1, $2, $3, $4, $5, '', $6)`,
        account,
        InstanceProfileName.toLowerCase(),
        InstanceProfileName,
        Path,
        id,
        JSON.stringify(body),
      )
      return { InstanceProfile: await profileOf(tx, await getProfile(tx, account, InstanceProfileName)) }
    })
  },
})

export const GetInstanceProfile = operation(GetInstanceProfileCommand, {
  access: onInstanceProfile,
  handle: ({ InstanceProfileName }, { store, account }) =>
    store.read(async (tx) => ({
      InstanceProfile: await profileOf(tx, await getProfile(tx, account, InstanceProfileName)),
    })),
})

export const ListInstanceProfiles = operation(ListInstanceProfilesCommand, {
  access: listing("instance-profile"),
  handle: ({ PathPrefix = "/", ...paging }, context) =>
    context.store.read(async (tx) => {
      const page = await listPage(
        context,
        paging,
        `instance profiles ${PathPrefix}`,
        (after, limit) => listProfiles(tx, context.account, { pathPrefix: PathPrefix, after, limit }),
        ({ name }) => name.toLowerCase(),
      )
      const InstanceProfiles: InstanceProfile[] = []
      for (const profile of page.items) InstanceProfiles.push(await profileOf(tx, profile))
      return { InstanceProfiles, ...pageMembers(page) }
    }),
})

export const ListInstanceProfilesForRole = operation(ListInstanceProfilesForRoleCommand, {
  access: onRole,
  handle: ({ RoleName, ...paging }, context) =>
    context.store.read(async (tx) => {
      const role = await getIdentity(tx, context.account, "role", RoleName)
      const all = await profilesOfRole(tx, role)
      const page = await listPageOf(context, paging, `profiles of ${role.id}`, all, (p) => p.InstanceProfileName!)
      return { InstanceProfiles: page.items, ...pageMembers(page) }
    }),
})

/** Who puts a role into a profile passes it to EC2. */
export const AddRoleToInstanceProfile = operation(AddRoleToInstanceProfileCommand, {
  access: (input, scope) => [
    onInstanceProfile(input, scope),
    {
      action: "iam:PassRole",
      resource: iamArn(scope.account, "role", "/", input.RoleName),
      context: { "iam:PassedToService": "ec2.amazonaws.com" },
    },
  ],
  async handle({ InstanceProfileName, RoleName }, { store, account }) {
    await store.transact(async (tx) => {
      const profile = await getProfile(tx, account, InstanceProfileName)
      const role = await getIdentity(tx, account, "role", RoleName)
      if (profile.roleId !== "") throw overQuota("InstanceSessionsPerInstanceProfile", 1)
      await tx.run("UPDATE iam_instance_profiles SET role_id = $1 WHERE id = $2", role.id, profile.id)
    })
    return {}
  },
})

export const RemoveRoleFromInstanceProfile = operation(RemoveRoleFromInstanceProfileCommand, {
  access: onInstanceProfile,
  async handle({ InstanceProfileName, RoleName }, { store, account }) {
    await store.transact(async (tx) => {
      const profile = await getProfile(tx, account, InstanceProfileName)
      const role = await getIdentity(tx, account, "role", RoleName)
      if (profile.roleId !== role.id) throw roleNotInProfile(RoleName, InstanceProfileName)
      await tx.run("UPDATE iam_instance_profiles SET role_id = '' WHERE id = $1", profile.id)
    })
    return {}
  },
})

export const DeleteInstanceProfile = operation(DeleteInstanceProfileCommand, {
  access: onInstanceProfile,
  async handle({ InstanceProfileName }, { store, account }) {
    await store.transact(async (tx) => {
      const profile = await getProfile(tx, account, InstanceProfileName)
      if (profile.roleId !== "") throw hasInstanceProfiles()
      await tx.run("DELETE FROM iam_instance_profiles WHERE id = $1", profile.id)
    })
    return {}
  },
})

async function changeTags({ store, account }: CallContext, name: string, edit: (tags: readonly Tag[]) => Tag[]) {
  await store.transact(async (tx) => {
    const { id, body } = await getProfile(tx, account, name)
    const changed = JSON.stringify({ ...body, tags: edit(body.tags) })
    await tx.run("UPDATE iam_instance_profiles SET body = $1 WHERE id = $2", changed, id)
  })
  return {}
}

export const TagInstanceProfile = operation(TagInstanceProfileCommand, {
  access: (input, scope) => ({ ...onInstanceProfile(input, scope), context: requestTagContext(input.Tags) }),
  handle: ({ InstanceProfileName, Tags }, context) =>
    changeTags(context, InstanceProfileName, (tags) => mergeTags(tags, Tags, "InstanceProfile")),
})

export const UntagInstanceProfile = operation(UntagInstanceProfileCommand, {
  access: (input, scope) => ({ ...onInstanceProfile(input, scope), context: { "aws:TagKeys": input.TagKeys } }),
  handle: ({ InstanceProfileName, TagKeys }, context) =>
    changeTags(context, InstanceProfileName, (tags) => withoutTags(tags, TagKeys)),
})

export const ListInstanceProfileTags = operation(ListInstanceProfileTagsCommand, {
  access: onInstanceProfile,
  handle: ({ InstanceProfileName, ...paging }, context) =>
    context.store.read(async (tx) => {
      const { id, body } = await getProfile(tx, context.account, InstanceProfileName)
      const page = await listPageOf(context, paging, `tags of ${id}`, body.tags, ({ Key }) => Key)
      return { Tags: page.items, ...pageMembers(page) }
    }),
})
