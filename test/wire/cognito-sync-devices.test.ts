import assert from "node:assert/strict"
import type { IncomingMessage } from "node:http"
import { after, before, beforeEach, describe, it } from "node:test"
import {
  type CognitoSyncClient,
  DeleteDatasetCommand,
  GetIdentityPoolConfigurationCommand,
  type PushSync,
  RegisterDeviceCommand,
  SetIdentityPoolConfigurationCommand,
  SubscribeToDatasetCommand,
  UnsubscribeFromDatasetCommand,
} from "@aws-sdk/client-cognito-sync"
import { PutUserPolicyCommand } from "@aws-sdk/client-iam"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { clientsOf, createIdentityPool, createUser, policy, refusal } from "./cognito-identity-world.ts"
import {
  createSyncRole,
  list,
  openSyncWorld,
  replace,
  type Somebody,
  type SyncWorld,
  update,
  updateAs,
} from "./cognito-sync-world.ts"

/** What SNS was asked. */
interface Asked {
  headers: IncomingMessage["headers"]
  form: URLSearchParams
}

let world: SyncWorld
let developer: CognitoSyncClient
let sns: WebServer
let push: PushSync
const asked: Asked[] = []
/** What it answers. */
let status = 200

before(async () => {
  sns = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    const form = new URLSearchParams(body)
    asked.push({ headers: request.headers, form })
    const arn = form.get("PlatformApplicationArn")?.replace(":app/", ":endpoint/")
    response.writeHead(status).end(arn ? `<r><EndpointArn>${arn}/${form.get("Token")}</EndpointArn></r>` : "<r/>")
  })
  world = await openSyncWorld(["--clock-control", "--service-endpoint", `sns=${sns.url}`])
  ;({ developer } = world)
  push = {
    ApplicationArns: ["APNS/ios", "GCM/android"].map((name) => appArn(name)),
    RoleArn: await createSyncRole(world, "Pusher"),
  }
  await configure({ PushSync: push })
})
beforeEach(() => {
  asked.length = 0
  status = 200
})
after(async () => {
  try {
    await world[Symbol.asyncDispose]()
  } finally {
    await sns[Symbol.asyncDispose]()
  }
})

const appArn = (name: string) => `arn:aws:sns:${world.server.region}:${world.server.account}:app/${name}`

const configure = (settings: object, client = developer, IdentityPoolId = world.IdentityPoolId) =>
  client.send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId, ...settings }))

const register = ({ sync, of }: Somebody, Token: string, Platform: "GCM" | "APNS" | "ADM" = "GCM") =>
  sync.send(new RegisterDeviceCommand({ ...of, Platform, Token })).then(({ DeviceId }) => DeviceId!)

const subscribe = ({ sync, of }: Somebody, DatasetName: string, DeviceId: string) =>
  sync.send(new SubscribeToDatasetCommand({ ...of, DatasetName, DeviceId }))

const unsubscribe = ({ sync, of }: Somebody, DatasetName: string, DeviceId: string) =>
  sync.send(new UnsubscribeFromDatasetCommand({ ...of, DatasetName, DeviceId }))

/** To which endpoints notifications went, and what the last one said. */
async function notified() {
  await world.server.work.settle()
  const sent = asked.filter(({ form }) => form.get("Action") === "Publish")
  const last = sent.at(-1)?.form.get("Message")
  return { to: sent.map(({ form }) => form.get("TargetArn")), message: last && JSON.parse(last) }
}

describe("a pool's settings for push synchronization", () => {
  it("are kept and told", async () => {
    const { PushSync } = await developer.send(
      new GetIdentityPoolConfigurationCommand({ IdentityPoolId: world.IdentityPoolId }),
    )
    assert.deepEqual(PushSync, push)
  })

  it("need iam:PassRole of the role, for Cognito Sync", async () => {
    const own = policy({ Effect: "Allow", Action: "cognito-sync:*", Resource: "*" })
    const client = world.clientOf(await createUser(world.server, "configurer", own))
    const { name, message } = await refusal(world.server, () => configure({ PushSync: push }, client))
    assert.equal(name, "AccessDeniedException")
    assert.ok(message.includes(`iam:PassRole on resource: ${push.RoleArn}`), message)
    const passing = (service: string) =>
      policy(
        { Effect: "Allow", Action: "cognito-sync:*", Resource: "*" },
        {
          Effect: "Allow",
          Action: "iam:PassRole",
          Resource: push.RoleArn,
          Condition: { StringEquals: { "iam:PassedToService": service } },
        },
      )
    const put = (PolicyDocument: string) =>
      clientsOf(world.server).iam.send(
        new PutUserPolicyCommand({ UserName: "configurer", PolicyName: "access", PolicyDocument }),
      )
    await put(passing("lambda.amazonaws.com"))
    assert.equal(
      (await refusal(world.server, () => configure({ PushSync: push }, client))).name,
      "AccessDeniedException",
    )
    await put(passing("cognito-sync.amazonaws.com"))
    await configure({ PushSync: push }, client)
  })

  it("are of applications of the pool's account and region, and of a role that trusts the pool", async () => {
    const { account, region } = world.server
    const applications = (arn: string) => ({ PushSync: { ...push, ApplicationArns: [arn] } })
    const otherPool = await createSyncRole(world, "OtherPool", undefined, `${world.poolArn}x`)
    const cases: [object, string][] = [
      [applications(`arn:aws:sns:${region}:999999999999:app/GCM/a`), "InvalidParameterException"],
      [applications(`arn:aws:sns:eu-west-3:${account}:app/GCM/a`), "InvalidParameterException"],
      [applications(`arn:aws:sns:${region}:${account}:topic`), "ValidationException"],
      [{ PushSync: { ...push, RoleArn: `arn:aws:iam::${account}:role/Nobody` } }, "InvalidParameterException"],
      [{ PushSync: { ...push, RoleArn: otherPool } }, "InvalidParameterException"],
    ]
    for (const [settings, code] of cases)
      assert.equal((await refusal(world.server, () => configure(settings))).name, code, JSON.stringify(settings))
    const { because } = await refusal(world.server, () => configure(cases[4]![0]))
    assert.deepEqual(
      [because.check, because.found],
      ["role of the pool", "a role that does not trust cognito-sync.amazonaws.com"],
    )
    const pool = await createIdentityPool(world.server)
    const incomplete = () => configure({ PushSync: { ApplicationArns: push.ApplicationArns } }, developer, pool)
    assert.equal((await refusal(world.server, incomplete)).name, "InvalidParameterException")
  })
})

describe("a device", () => {
  it("is registered with SNS as the pool's role, and the same one when it comes again", async () => {
    const ann = await world.guest()
    const id = await register(ann, "token-1")
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const { form, headers } = asked[0]!
    assert.deepEqual(
      [form.get("Action"), form.get("PlatformApplicationArn"), form.get("Token")],
      ["CreatePlatformEndpoint", appArn("GCM/android"), "token-1"],
    )
    assert.match(headers.authorization!, /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/sns\/aws4_request/)
    assert.ok(headers["x-amz-security-token"])
    assert.equal(await register(ann, "token-1"), id)
    assert.notEqual(await register(ann, "token-2"), id)
    assert.notEqual(await register(ann, "token-1", "APNS"), id)
    assert.notEqual(await register(await world.guest(), "token-1"), id)
  })

  it("is of a platform that the pool has, of a pool that pushes, and known to SNS", async () => {
    const ann = await world.guest()
    const other = await refusal(world.server, () => register(ann, "token", "ADM"))
    assert.deepEqual([other.name, other.because.check], ["InvalidConfigurationException", "PushSync"])
    status = 403
    const unknown = await refusal(world.server, () => register(ann, "token"))
    assert.deepEqual(
      [unknown.name, unknown.because.check],
      ["InvalidConfigurationException", "CreatePlatformEndpoint of SNS"],
    )
    assert.equal((await refusal(world.server, () => register(ann, ""))).name, "InvalidParameterException")
  })

  it("is told what other devices change, where it subscribed", async () => {
    const ann = await world.guest()
    const [phone, tablet] = [await register(ann, "phone"), await register(ann, "tablet", "APNS")]
    await update(ann, "settings", replace("colour", "red"))
    assert.deepEqual((await notified()).to, [])
    await subscribe(ann, "settings", phone)
    await subscribe(ann, "settings", tablet)
    await subscribe(ann, "settings", tablet)

    await updateAs(ann, "settings", { DeviceId: phone }, replace("colour", "blue", 1))
    const { to, message } = await notified()
    assert.deepEqual(to, [`${appArn("APNS/ios").replace(":app/", ":endpoint/")}/tablet`])
    const told = {
      source: "cognito-sync",
      identityPoolId: ann.of.IdentityPoolId,
      identityId: ann.of.IdentityId,
      datasetName: "settings",
      syncCount: "2",
    }
    assert.deepEqual(JSON.parse(message.default), told)
    assert.deepEqual(JSON.parse(message.GCM), { data: told })
    assert.deepEqual(JSON.parse(message.APNS), { aps: { "content-available": 1 }, data: told })
    assert.equal((await list(ann, "settings")).LastModifiedBy, phone)

    asked.length = 0
    await unsubscribe(ann, "settings", tablet)
    await updateAs(ann, "settings", { DeviceId: phone }, replace("colour", "green", 2))
    assert.deepEqual((await notified()).to, [])
    await ann.sync.send(new DeleteDatasetCommand({ ...ann.of, DatasetName: "settings" }))
    assert.deepEqual((await notified()).to, [`${appArn("GCM/android").replace(":app/", ":endpoint/")}/phone`])
  })

  it("is told again where SNS is out of order, and not where it refuses", async () => {
    const ann = await world.guest()
    const phone = await register(ann, "phone")
    await update(ann, "settings", replace("k", "1"))
    await subscribe(ann, "settings", phone)
    status = 503
    await update(ann, "settings", replace("k", "2", 1))
    assert.equal((await notified()).to.length, 1)
    status = 200
    await world.server.clock.advance({ minutes: 1 })
    assert.equal((await notified()).to.length, 2)
    status = 400
    await update(ann, "settings", replace("k", "3", 2))
    assert.equal((await notified()).to.length, 3)
    await world.server.clock.advance({ minutes: 10 })
    assert.equal((await notified()).to.length, 3)
  })

  it("subscribes for itself alone, to what there is", async () => {
    const [ann, bob] = [await world.guest(), await world.guest()]
    const phone = await register(ann, "phone")
    await update(ann, "settings", replace("k", "v"))
    await update(bob, "settings", replace("k", "v"))
    const cases: [string, () => Promise<unknown>][] = [
      ["ResourceNotFoundException", () => subscribe(bob, "settings", phone)],
      ["ResourceNotFoundException", () => unsubscribe(bob, "settings", phone)],
      ["ResourceNotFoundException", () => subscribe(ann, "nothing", phone)],
      ["ResourceNotFoundException", () => subscribe(ann, "settings", "no-device")],
      ["AccessDeniedException", () => subscribe({ ...bob, of: ann.of }, "settings", phone)],
      ["NotAuthorizedException", () => subscribe({ ...ann, sync: developer }, "settings", phone)],
      ["NotAuthorizedException", () => register({ ...ann, sync: developer }, "token")],
    ]
    for (const [code, call] of cases) assert.equal((await refusal(world.server, call)).name, code)
    await unsubscribe(ann, "settings", phone)
  })

  it("hears of a dataset that was deleted and written again, as long as its name is remembered", async () => {
    const ann = await world.guest()
    const phone = await register(ann, "phone")
    const write = (name: string) => update(ann, name, replace("k", "v"))
    const drop = (DatasetName: string) => ann.sync.send(new DeleteDatasetCommand({ ...ann.of, DatasetName }))
    await write("first")
    await subscribe(ann, "first", phone)
    await drop("first")
    await notified()
    asked.length = 0
    await write("first")
    assert.equal((await notified()).to.length, 1)
    await drop("first")
    for (let n = 0; n < 50; n++) {
      await world.server.clock.advance({ seconds: 1 })
      await write(`d${n}`)
      await drop(`d${n}`)
    }
    await notified()
    asked.length = 0
    await write("first")
    assert.deepEqual((await notified()).to, [])
  })

  it("is forgotten for newer ones: an identity has fifty", async () => {
    const ann = await world.guest()
    await update(ann, "settings", replace("k", "v"))
    const first = await register(ann, "t0")
    await subscribe(ann, "settings", first)
    await world.server.clock.advance({ minutes: 1 })
    for (let n = 1; n <= 50; n++) await register(ann, `t${n}`)
    assert.equal(
      (await refusal(world.server, () => subscribe(ann, "settings", first))).name,
      "ResourceNotFoundException",
    )
    asked.length = 0
    await update(ann, "settings", replace("k", "w", 1))
    assert.deepEqual((await notified()).to, [])
  })

  it("is nothing where the pool pushes nothing", async () => {
    const pool = await createIdentityPool(world.server, { AllowUnauthenticatedIdentities: true })
    await configure({ PushSync: { ApplicationArns: [] } }, developer, pool)
    const ann = await world.guest()
    await configure({ PushSync: { ApplicationArns: [] } })
    const calls = [
      () => register(ann, "token"),
      () => subscribe(ann, "settings", "device"),
      () => unsubscribe(ann, "settings", "device"),
    ]
    for (const call of calls) assert.equal((await refusal(world.server, call)).name, "InvalidConfigurationException")
    await configure({ PushSync: push })
  })
})
