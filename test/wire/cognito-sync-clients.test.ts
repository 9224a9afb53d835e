import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { after, before, describe, it } from "node:test"
import { UpdateIdentityPoolCommand } from "@aws-sdk/client-cognito-identity"
import { clientsOf, createUserPool, type UserPool } from "./cognito-identity-world.ts"
import { openSyncWorld, replace, type SyncWorld, update, valuesOf } from "./cognito-sync-world.ts"

// AWS's last client for Cognito Sync, and the SDK that it is of. Neither has types that would say more than these tests do.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Untyped = any
const require = createRequire(import.meta.url)
require("aws-sdk/lib/maintenance_mode_message").suppress = true
const AWS: Untyped = require("aws-sdk")
require("amazon-cognito-js")

let world: SyncWorld
let people: UserPool

before(async () => {
  world = await openSyncWorld()
  people = await createUserPool(world.server)
  await clientsOf(world.server).identity.send(
    new UpdateIdentityPoolCommand({
      IdentityPoolId: world.IdentityPoolId,
      IdentityPoolName: "pool",
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [
        { ProviderName: people.providerName, ClientId: people.clientId, ServerSideTokenCheck: false },
      ],
    }),
  )
  AWS.config.update({
    region: world.server.region,
    maxRetries: 0,
    cognitosync: { endpoint: world.server.url },
    cognitoidentity: { endpoint: world.server.url },
  })
})
after(() => world[Symbol.asyncDispose]())

/** What one call of the client comes to. */
const called = <T = Untyped>(call: (callback: (error: Error | null, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))))

interface Device {
  identityId: string
  put(key: string, value: string): Promise<void>
  remove(key: string): Promise<void>
  all(): Promise<Record<string, string>>
  /** Has the client delete the dataset with the next synchronization. */
  deleteAll(): Promise<void>
  /** Resolves with what happened on the way; rejects with what it failed with. */
  synchronize(handlers?: Untyped): Promise<void>
}

/** A device with a store of its own, whose user opened a dataset on it. */
async function openDevice(name: string, Logins?: Record<string, string>): Promise<Device> {
  const credentials = new AWS.CognitoIdentityCredentials({ IdentityPoolId: world.IdentityPoolId, Logins })
  await credentials.getPromise()
  AWS.config.credentials = credentials
  const manager = new AWS.CognitoSyncManager({ DataStore: AWS.CognitoSyncManager.StoreInMemory })
  const dataset = await called((callback) => manager.openOrCreateDataset(name, callback))
  return {
    identityId: credentials.identityId,
    put: (key, value) => called((callback) => dataset.put(key, value, callback)),
    remove: (key) => called((callback) => dataset.remove(key, callback)),
    all: () => called((callback) => dataset.getAll(callback)),
    deleteAll: () => called((callback) => manager.local.deleteDataset(credentials.identityId, name, callback)),
    synchronize: (handlers = {}) =>
      new Promise((resolve, reject) =>
        dataset.synchronize({ onSuccess: () => resolve(), onFailure: reject, ...handlers }),
      ),
  }
}

const loginsOf = async (name: string) => ({ [people.providerName]: await people.signIn(name) })

/** Two devices of one person. */
async function openDevices(name: string): Promise<[Device, Device]> {
  await people.signUp(name)
  const devices: [Device, Device] = [
    await openDevice("settings", await loginsOf(name)),
    await openDevice("settings", await loginsOf(name)),
  ]
  assert.equal(devices[0].identityId, devices[1].identityId)
  return devices
}

describe("amazon-cognito-js on two devices of a person", () => {
  it("synchronises what either changes and removes", async () => {
    const [phone, tablet] = await openDevices("ann")
    await phone.put("colour", "red")
    await phone.put("size", "9")
    await phone.synchronize()
    assert.deepEqual(await tablet.all(), {})
    await tablet.synchronize()
    assert.deepEqual(await tablet.all(), { colour: "red", size: "9" })
    await tablet.put("colour", "blue")
    await tablet.put("shape", "round")
    await tablet.remove("size")
    await tablet.synchronize()
    await phone.synchronize()
    // To this client what was removed elsewhere is empty.
    assert.deepEqual(await phone.all(), { colour: "blue", shape: "round", size: "" })
    // Nothing is left to do.
    await tablet.synchronize()
    await phone.synchronize()
    assert.deepEqual(await tablet.all(), await phone.all())
  })

  for (const [name, resolve, expected] of [
    ["the local value", (conflict: Untyped) => conflict.resolveWithLocalRecord(), "tablet"],
    ["the remote value", (conflict: Untyped) => conflict.resolveWithRemoteRecord(), "phone"],
    ["another value", (conflict: Untyped) => conflict.resolveWithValue("both"), "both"],
  ] as const)
    it(`resolves a conflict with ${name}`, async () => {
      const [phone, tablet] = await openDevices(`bob-${expected}`)
      await phone.put("score", "1")
      await phone.synchronize()
      await tablet.synchronize()
      await phone.put("score", "phone")
      await tablet.put("score", "tablet")
      await phone.synchronize()
      const conflicts: [string, string, string][] = []
      await tablet.synchronize({
        onConflict(dataset: Untyped, found: Untyped[], proceed: (goOn: boolean) => void) {
          for (const one of found)
            conflicts.push([one.getKey(), one.getLocalRecord().getValue(), one.getRemoteRecord().getValue()])
          dataset.resolve(found.map(resolve), () => proceed(true))
        },
      })
      assert.deepEqual(conflicts, [["score", "tablet", "phone"]])
      assert.deepEqual(await tablet.all(), { score: expected })
      await phone.synchronize()
      assert.deepEqual(await phone.all(), { score: expected })
    })

  it("stops at a conflict that nobody resolves, with nothing written", async () => {
    const [phone, tablet] = await openDevices("cid")
    await phone.put("score", "1")
    await phone.synchronize()
    await tablet.put("score", "2")
    await tablet.put("other", "3")
    await assert.rejects(tablet.synchronize(), { message: /^Sync cancelled/ })
    await phone.synchronize()
    assert.deepEqual(await phone.all(), { score: "1" })
  })

  it("hears that the other one has deleted the dataset", async () => {
    const [phone, tablet] = await openDevices("dan")
    await phone.put("score", "1")
    await phone.synchronize()
    await tablet.synchronize()
    await phone.deleteAll()
    await phone.synchronize()
    const deleted: unknown[] = []
    const onDatasetDeleted = (_: Untyped, name: string, proceed: (goOn: boolean) => void) => {
      deleted.push(name)
      // To go on, the client calls what it does not have.
      proceed(false)
    }
    await assert.rejects(tablet.synchronize({ onDatasetDeleted }), { message: /onDatasetDeleted/ })
    assert.deepEqual(deleted, ["settings"])
  })

  it("hears of the dataset of a guest who has signed in", async () => {
    await people.signUp("eve")
    const phone = await openDevice("settings", await loginsOf("eve"))
    await phone.put("score", "1")
    await phone.synchronize()
    const guest = await openDevice("settings")
    await guest.put("score", "2")
    await guest.synchronize()
    const credentials = new AWS.CognitoIdentityCredentials({
      IdentityPoolId: world.IdentityPoolId,
      IdentityId: guest.identityId,
      Logins: await loginsOf("eve"),
    })
    await credentials.getPromise()
    assert.equal(credentials.identityId, phone.identityId)
    let merged: string[] = []
    const onDatasetsMerged = (_: Untyped, names: string[], proceed: (goOn: boolean) => void) => {
      merged = names
      proceed(false)
    }
    await assert.rejects(phone.synchronize({ onDatasetsMerged }), { message: /onDatasetsMerged/ })
    assert.deepEqual(merged, [`settings.${guest.identityId}`])
  })

  it("tries again where somebody writes in between", async () => {
    const [phone] = await openDevices("fay")
    const IdentityId = phone.identityId
    const developer = { sync: world.developer, of: { IdentityPoolId: world.IdentityPoolId, IdentityId } }
    await phone.put("mine", "1")
    await phone.synchronize()
    await update(developer, "settings", replace("theirs", "2"))
    await phone.put("mine", "3")
    await phone.synchronize()
    assert.deepEqual(await phone.all(), { mine: "3", theirs: "2" })
    assert.deepEqual(new Map(await valuesOf(developer, "settings")), new Map(Object.entries(await phone.all())))
  })
})
