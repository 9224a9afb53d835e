import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  IAMClient,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts"
import { stepAt, totpCode } from "../../src/base/totp.ts"
import { askControl } from "../harness/control.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { clientsOf, createPerson, credentialsOf, type Person, policy, refused, trust } from "./iam-world.ts"

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** What an authenticator app makes of the seed. */
function decodeBase32(text: string): Uint8Array {
  const bits = [...text].map((char) => BASE32.indexOf(char).toString(2).padStart(5, "0")).join("")
  return Uint8Array.from(bits.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2))
}

const INVALID_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
const NO_DEVICE =
  "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."

describe("second factors of users", () => {
  let server: TestServer
  let root: IAMClient
  let person: Person
  let now = Date.now()
  const moveTo = async (time: number) => {
    now = time
    await askControl(server, "POST", "clock", { now: new Date(time).toISOString() })
  }
  before(async () => {
    server = await startServer(["--clock-control"])
    root = new IAMClient(server.client)
    person = await createPerson(server, "mia")
  })
  after(() => server[Symbol.asyncDispose]())

  const serialOf = (name: string) => `arn:aws:iam::${server.account}:mfa/${name}`
  async function create(VirtualMFADeviceName: string) {
    const { VirtualMFADevice } = await root.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }))
    const seed = decodeBase32(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString())
    const code = (shift = 0) => totpCode(seed, stepAt(now) + shift)
    return { device: VirtualMFADevice!, SerialNumber: VirtualMFADevice!.SerialNumber!, code }
  }
  const enable = (SerialNumber: string, code: (shift: number) => string, UserName = "mia") =>
    root.send(
      new EnableMFADeviceCommand({
        UserName,
        SerialNumber,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(0),
      }),
    )
  const clearAway = async (SerialNumber: string) => {
    await root.send(new DeactivateMFADeviceCommand({ UserName: "mia", SerialNumber }))
    await root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
  }

  it("are made with a seed and a picture of it", async () => {
    const { device, SerialNumber } = await create("made")
    assert.equal(SerialNumber, serialOf("made"))
    assert.match(Buffer.from(device.Base32StringSeed!).toString(), /^[A-Z2-7]{64}$/)
    assert.deepEqual(Buffer.from(device.QRCodePNG!).subarray(0, 8), Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))
    await refused(
      create("made"),
      "EntityAlreadyExists",
      409,
      "MFADevice entity at the same path and name already exists.",
    )
    const { VirtualMFADevices } = await root.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Unassigned" }))
    assert.deepEqual(VirtualMFADevices, [{ SerialNumber }])
    await root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
    await refused(root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })), "NoSuchEntity", 404)
  })

  it("are enabled by two codes that follow one another", async () => {
    await moveTo(now)
    const { SerialNumber, code } = await create("mia")
    const wrong = [
      [code(0), code(0)],
      [code(0), code(-1)],
      [code(-9), code(-8)],
    ] as const
    for (const [AuthenticationCode1, AuthenticationCode2] of wrong)
      await refused(
        root.send(
          new EnableMFADeviceCommand({ UserName: "mia", SerialNumber, AuthenticationCode1, AuthenticationCode2 }),
        ),
        "InvalidAuthenticationCode",
        403,
        "Authentication code for device is not valid.",
      )
    await refused(enable(serialOf("ghost"), code), "NoSuchEntity", 404)
    await refused(enable(SerialNumber, code, "ghost"), "NoSuchEntity", 404, "The user with name ghost cannot be found.")
    await enable(SerialNumber, code)
    await refused(enable(SerialNumber, code), "EntityAlreadyExists", 409)

    const { MFADevices } = await root.send(new ListMFADevicesCommand({ UserName: "mia" }))
    assert.deepEqual(
      MFADevices?.map((device) => [device.UserName, device.SerialNumber]),
      [["mia", SerialNumber]],
    )
    const { VirtualMFADevices } = await root.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }))
    assert.equal(VirtualMFADevices?.[0]?.User?.UserName, "mia")
    assert.equal((await root.send(new GetMFADeviceCommand({ UserName: "mia", SerialNumber }))).UserName, "mia")

    await refused(
      root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
      "DeleteConflict",
      409,
      "MFA VirtualDevice in use. Must deactivate first.",
    )
    const resync = (first: number, second: number) =>
      root.send(
        new ResyncMFADeviceCommand({
          UserName: "mia",
          SerialNumber,
          AuthenticationCode1: code(first),
          AuthenticationCode2: code(second),
        }),
      )
    await resync(-20, -19)
    await refused(resync(-20, -18), "InvalidAuthenticationCode", 403)

    await clearAway(SerialNumber)
    await refused(
      root.send(new DeactivateMFADeviceCommand({ UserName: "mia", SerialNumber })),
      "NoSuchEntity",
      404,
      "MFA Device invalid for user.",
    )
  })

  it("stand in the way of deleting their user", async () => {
    await createPerson(server, "leaving")
    const { SerialNumber, code } = await create("leaving")
    await enable(SerialNumber, code, "leaving")
    await refused(root.send(new DeleteUserCommand({ UserName: "leaving" })), "DeleteConflict", 409)
    await root.send(new DeactivateMFADeviceCommand({ UserName: "leaving", SerialNumber }))
    await root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
  })

  it("are proved once with each code, and then known to policies", async () => {
    await moveTo(now + 60_000)
    const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } }
    await root.send(
      new PutUserPolicyCommand({
        UserName: "mia",
        PolicyName: "own",
        PolicyDocument: policy({ Action: "iam:ListUsers", Resource: "*", Condition }),
      }),
    )
    const { SerialNumber, code } = await create("proved")
    const session = (TokenCode: string, serial = SerialNumber) =>
      person.sts.send(new GetSessionTokenCommand({ SerialNumber: serial, TokenCode }))
    await refused(session(code()), "AccessDenied", 403, NO_DEVICE)
    await enable(SerialNumber, code)
    await moveTo(now + 30_000)
    await refused(session(code(5)), "AccessDenied", 403, INVALID_CODE)
    await refused(session(code(), serialOf("ghost")), "AccessDenied", 403, NO_DEVICE)
    await refused(
      person.sts.send(new GetSessionTokenCommand({ SerialNumber })),
      "AccessDenied",
      403,
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    )
    const proved = clientsOf(server, credentialsOf(await session(code())))
    await refused(session(code()), "AccessDenied", 403, INVALID_CODE)
    await proved.iam.send(new ListUsersCommand({}))
    await refused(person.iam.send(new ListUsersCommand({})), "AccessDenied", 403)

    await root.send(
      new PutUserPolicyCommand({
        UserName: "mia",
        PolicyName: "own",
        PolicyDocument: policy({
          Action: "iam:ListUsers",
          Resource: "*",
          Condition: { NumericLessThan: { "aws:MultiFactorAuthAge": "600" } },
        }),
      }),
    )
    await proved.iam.send(new ListUsersCommand({}))
    await moveTo(now + 11 * 60_000)
    await refused(proved.iam.send(new ListUsersCommand({})), "AccessDenied", 403)
    await clearAway(SerialNumber)
  })

  it("open roles that ask for them, whose sessions do not have them", async () => {
    await moveTo(now + 60_000)
    const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } }
    const { Role } = await root.send(
      new CreateRoleCommand({
        RoleName: "guarded",
        AssumeRolePolicyDocument: trust({ AWS: person.arn }, { Condition }),
      }),
    )
    const { SerialNumber, code } = await create("guard")
    await enable(SerialNumber, code)
    await moveTo(now + 30_000)
    const assume = (more: object) =>
      person.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: "one", ...more }))
    await refused(assume({}), "AccessDenied", 403)
    await refused(assume({ SerialNumber, TokenCode: code(7) }), "AccessDenied", 403, INVALID_CODE)
    const taken = clientsOf(server, credentialsOf(await assume({ SerialNumber, TokenCode: code() })))
    const next = taken.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: "two" }))
    await refused(next, "AccessDenied", 403)
    const other = await createPerson(server, "thief")
    await refused(
      other.sts.send(
        new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: "one", SerialNumber, TokenCode: code() }),
      ),
      "AccessDenied",
      403,
      NO_DEVICE,
    )
    await clearAway(SerialNumber)
  })

  it("are guessed at less and less often, and count anew where the clock is set back", async () => {
    await moveTo(now + 60_000)
    const { SerialNumber, code } = await create("guessed")
    await enable(SerialNumber, code)
    await moveTo((stepAt(now) + 2) * 30_000)
    const session = (TokenCode: string) => person.sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }))
    const refuses = (TokenCode: string) => refused(session(TokenCode), "AccessDenied", 403, INVALID_CODE)
    for (let guess = 0; guess < 5; guess++) await refuses(code(5))
    for (const wait of [2000, 3000, 5000]) {
      await moveTo(now + wait)
      await refuses(code(5))
    }
    // Now eight seconds.
    await refuses(code())
    await moveTo(now + 9000)
    await session(code())
    await refuses(code())
    await moveTo(now - 300_000)
    await session(code())
    await clearAway(SerialNumber)
  })

  it("have tags that policies know", async () => {
    // Back to the present, with clients that have not learned of any other time.
    await moveTo(Date.now())
    root = new IAMClient(server.client)
    person = { ...person, iam: new IAMClient(person.options) }
    const { SerialNumber } = await create("tagged")
    await root.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: "team", Value: "blue" }] }))
    assert.deepEqual((await root.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags, [
      { Key: "team", Value: "blue" },
    ])
    await root.send(
      new PutUserPolicyCommand({
        UserName: "mia",
        PolicyName: "own",
        PolicyDocument: policy({
          Action: "iam:DeleteVirtualMFADevice",
          Resource: serialOf("*"),
          Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
        }),
      }),
    )
    const { SerialNumber: plain } = await create("plain")
    await refused(
      person.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: plain })),
      "AccessDenied",
      403,
      `User: ${person.arn} is not authorized to perform: iam:DeleteVirtualMFADevice on resource: ${plain} because no identity-based policy allows the iam:DeleteVirtualMFADevice action`,
    )
    await person.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
    await root.send(new UntagMFADeviceCommand({ SerialNumber: plain, TagKeys: ["team"] }))
  })
})
