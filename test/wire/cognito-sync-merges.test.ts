import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  GetCredentialsForIdentityCommand,
  GetOpenIdTokenForDeveloperIdentityCommand,
  MergeDeveloperIdentitiesCommand,
  UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  DeleteDatasetCommand,
  DescribeDatasetCommand,
  DescribeIdentityPoolUsageCommand,
  DescribeIdentityUsageCommand,
  ListDatasetsCommand,
} from "@aws-sdk/client-cognito-sync"
import { clientsOf, createUserPool, refusal, type UserPool } from "./cognito-identity-world.ts"
import { list, openSyncWorld, replace, type Somebody, type SyncWorld, update, valuesOf } from "./cognito-sync-world.ts"

const DEVELOPER = "login.example"

let world: SyncWorld
let people: UserPool

before(async () => {
  world = await openSyncWorld([], { DeveloperProviderName: DEVELOPER })
  people = await createUserPool(world.server)
  await clientsOf(world.server).identity.send(
    new UpdateIdentityPoolCommand({
      IdentityPoolId: world.IdentityPoolId,
      IdentityPoolName: "pool",
      AllowUnauthenticatedIdentities: true,
      DeveloperProviderName: DEVELOPER,
      CognitoIdentityProviders: [
        { ProviderName: people.providerName, ClientId: people.clientId, ServerSideTokenCheck: false },
      ],
    }),
  )
})
after(() => world[Symbol.asyncDispose]())

const loginsOf = async (name: string) => ({ [people.providerName]: await people.signIn(name) })

/** A member, and a guest whose device then signs in as that member: the guest is merged into the member. */
async function merge(name: string, before: (guest: Somebody, member: Somebody) => Promise<void>) {
  await people.signUp(name)
  const member = await world.member(await loginsOf(name))
  const guest = await world.guest()
  await before(guest, member)
  const { IdentityId } = await clientsOf(world.server).identity.send(
    new GetCredentialsForIdentityCommand({ IdentityId: guest.of.IdentityId, Logins: await loginsOf(name) }),
  )
  assert.equal(IdentityId, member.of.IdentityId)
  return { guest, member }
}

const namesOf = async ({ sync, of }: Somebody) =>
  (await sync.send(new ListDatasetsCommand(of))).Datasets!.map(({ DatasetName }) => DatasetName)

const useOf = async ({ sync, of }: Somebody) => {
  const { IdentityUsage } = await sync.send(new DescribeIdentityUsageCommand(of))
  return [IdentityUsage!.DatasetCount, IdentityUsage!.DataStorage]
}

describe("a guest who is merged into a member", () => {
  it("leaves the member their datasets beside the member's own", async () => {
    const { guest, member } = await merge("ann", async (guest, member) => {
      await update(member, "settings", replace("colour", "red"))
      await update(guest, "settings", replace("colour", "blue"))
      await update(guest, "game", replace("score", "7"))
    })
    const suffix = guest.of.IdentityId
    assert.deepEqual(await namesOf(member), [`game.${suffix}`, "settings", `settings.${suffix}`])
    const { MergedDatasetNames } = await list(member, "settings")
    assert.deepEqual(MergedDatasetNames, [`settings.${suffix}`])
    assert.deepEqual(await valuesOf(member, "settings"), [["colour", "red"]])
    assert.deepEqual(await valuesOf(member, `settings.${suffix}`), [["colour", "blue"]])
    // It is told of a name that the member has nothing of.
    const game = await list(member, "game")
    assert.deepEqual([game.DatasetExists, game.MergedDatasetNames], [false, [`game.${suffix}`]])
    const described = new DescribeDatasetCommand({ ...member.of, DatasetName: `game.${suffix}` })
    const { Dataset } = await member.sync.send(described)
    assert.deepEqual([Dataset!.IdentityId, Dataset!.NumRecords], [member.of.IdentityId, 1])
    assert.deepEqual(await useOf(member), [3, "colourred".length + "colourblue".length + "score7".length])
  })

  it("is reported until the application has taken it over and deleted it", async () => {
    const { guest, member } = await merge("bob", (guest) => update(guest, "game", replace("score", "7")).then(() => {}))
    const merged = `game.${guest.of.IdentityId}`
    const [record] = (await list(member, merged)).Records!
    await update(member, "game", replace(record!.Key!, record!.Value!))
    await member.sync.send(new DeleteDatasetCommand({ ...member.of, DatasetName: merged }))
    assert.deepEqual((await list(member, "game")).MergedDatasetNames, [])
    assert.deepEqual(await namesOf(member), ["game"])
    assert.deepEqual(await useOf(member), [1, "score7".length])
    // What comes of it then is a dataset of that name and nothing else.
    await update(member, merged, replace("k", "v"))
    assert.deepEqual((await list(member, "game")).MergedDatasetNames, [])
  })

  it("writes no more by the session that it still has", async () => {
    const { guest } = await merge("cid", async () => {})
    for (const call of [() => list(guest, "settings"), () => update(guest, "settings", replace("k", "v"))]) {
      const { name, because } = await refusal(world.server, call)
      assert.equal(name, "NotAuthorizedException")
      assert.deepEqual([because.check, because.expected], ["identity", "one that is not disabled"])
    }
    // A developer finds nothing there any more.
    assert.deepEqual(await namesOf({ ...guest, sync: world.developer }), [])
  })

  it("is merged as often as there are guests, beyond what an identity may have of its own", async () => {
    await people.signUp("dan")
    const member = await world.member(await loginsOf("dan"))
    for (let n = 0; n < 19; n++) await update(member, `own${n}`, replace("k", "v"))
    const suffixes: string[] = []
    for (let n = 0; n < 3; n++) {
      const guest = await world.guest()
      await update(guest, "game", replace("score", String(n)))
      await clientsOf(world.server).identity.send(
        new GetCredentialsForIdentityCommand({ IdentityId: guest.of.IdentityId, Logins: await loginsOf("dan") }),
      )
      suffixes.push(guest.of.IdentityId)
    }
    assert.deepEqual((await list(member, "game")).MergedDatasetNames, suffixes.map((id) => `game.${id}`).sort())
    assert.deepEqual(await useOf(member), [22, 19 * 2 + 3 * "score0".length])
    await update(member, "game", replace("score", "9"))
    const more = await refusal(world.server, () => update(member, "more", replace("k", "v")))
    assert.equal(more.name, "LimitExceededException")
  })

  it("keeps names that a request can have, whatever they were, and is never in the way of another", async () => {
    const long = `${"n".repeat(127)}1`
    const { guest, member } = await merge("eve", async (guest, member) => {
      await update(guest, long, replace("k", "1"))
      await update(guest, `${"n".repeat(127)}2`, replace("k", "2"))
      await update(guest, "game", replace("k", "3"))
      // Somebody has called theirs so already.
      await update(member, `game.${guest.of.IdentityId}`, replace("k", "4"))
    })
    const names = (await namesOf(member)) as string[]
    assert.equal(names.length, 4)
    const values = new Set<string>()
    for (const name of names) {
      assert.ok(name.length <= 128 && name.endsWith(`.${guest.of.IdentityId}`), name)
      for (const [, value] of await valuesOf(member, name)) values.add(value!)
    }
    assert.deepEqual([...values].sort(), ["1", "2", "3", "4"])
    assert.equal((await list(member, long)).MergedDatasetNames!.length, 1)
    assert.equal((await list(member, "game")).MergedDatasetNames!.length, 1)
  })

  it("changes nothing of what the pool uses", async () => {
    const usage = async () => {
      const of = { IdentityPoolId: world.IdentityPoolId }
      return (await world.developer.send(new DescribeIdentityPoolUsageCommand(of))).IdentityPoolUsage!.DataStorage
    }
    let before: number | undefined
    await merge("fay", async (guest) => {
      await update(guest, "game", replace("score", "7"))
      before = await usage()
    })
    assert.equal(await usage(), before)
  })
})

describe("users of a developer who are merged", () => {
  it("bring their datasets along, and what was merged into them before", async () => {
    const { identity } = clientsOf(world.server)
    const of = { IdentityPoolId: world.IdentityPoolId }
    const idOf = async (user: string) =>
      (await identity.send(new GetOpenIdTokenForDeveloperIdentityCommand({ ...of, Logins: { [DEVELOPER]: user } })))
        .IdentityId!
    const [a, b, c] = [await idOf("a"), await idOf("b"), await idOf("c")]
    const as = (IdentityId: string): Somebody => ({ sync: world.developer, of: { ...of, IdentityId } })
    for (const id of [a, b, c]) await update(as(id), "game", replace("of", id))
    const mergeInto = (SourceUserIdentifier: string, DestinationUserIdentifier: string) =>
      identity.send(
        new MergeDeveloperIdentitiesCommand({
          ...of,
          DeveloperProviderName: DEVELOPER,
          SourceUserIdentifier,
          DestinationUserIdentifier,
        }),
      )
    await mergeInto("a", "b")
    await mergeInto("b", "c")
    const { MergedDatasetNames } = await list(as(c), "game")
    assert.deepEqual(MergedDatasetNames, [`game.${a}`, `game.${b}`].sort())
    assert.deepEqual(await valuesOf(as(c), `game.${a}`), [["of", a]])
    assert.deepEqual(await valuesOf(as(c), `game.${b}`), [["of", b]])
    assert.deepEqual(await valuesOf(as(c), "game"), [["of", c]])
  })
})
