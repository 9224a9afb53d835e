import assert from "node:assert/strict"
import { IAM } from "@aws-sdk/client-iam"
import type { Operation } from "../../src/operation.ts"
import type { ClientOptions, TestServer } from "../harness/server.ts"

/** What an operation is called with, and the permissions that it takes. */
export type Case = readonly [
  operation: string,
  input: object,
  ...needed: (readonly [action: string, resource: string])[],
]

export const titleOf = ([operation, input, ...needed]: Case): string =>
  `${operation} of ${Object.keys(input)} takes ${needed.map(([action]) => action)}`

type Send = (input: object) => Promise<unknown>

export interface Caller {
  /** The methods of a client, by operation. */
  operations: Readonly<Record<string, Send>>
  /** Gives the caller this policy alone. */
  may(statements: readonly object[]): Promise<void>
}

/** A user whose policy each step of a test sets anew. */
export async function openCaller(server: TestServer, clientOf: (options: ClientOptions) => object): Promise<Caller> {
  const iam = new IAM(server.client)
  const UserName = "caller"
  await iam.createUser({ UserName })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const client = clientOf(server.clientOf(credentials)) as Readonly<Record<string, Send>>
  const methodOf = (name: string) => name[0]!.toLowerCase() + name.slice(1)
  return {
    operations: new Proxy({}, { get: (_, name: string) => client[methodOf(name)]!.bind(client) }),
    async may(Statement) {
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
      await iam.putUserPolicy({ UserName, PolicyName: "p", PolicyDocument })
    },
  }
}

const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource })
const deny = (Action: string, Resource: string) => ({ Effect: "Deny", Action, Resource })
const HARMLESS = deny("none:None", "*")

/**
 * Holds an operation against its row: without permissions it is refused for the first; with all but one of them for that
 * one; with exactly them it is let in, whatever it says then.
 */
export async function assertNeeds(caller: Caller, [operation, input, ...needed]: Case): Promise<void> {
  const refusalOf = async (): Promise<Error | undefined> => {
    const error = await caller.operations[operation]!(input).then(
      (output) => refusedInside(output),
      (error: Error & { $metadata?: { httpStatusCode?: number } }) => error,
    )
    if (error === undefined || /^AccessDenied/.test(error.name)) return error
    // The answer to a HEAD says no more than its status.
    return error.$metadata?.httpStatusCode === 403 ? error : undefined
  }
  const assertRefused = async ([action, resource]: readonly [string, string], statements: readonly object[]) => {
    await caller.may(statements)
    const error = await refusalOf()
    assert.ok(error, `${operation} was let in without ${action} on ${resource}`)
    if (!operation.startsWith("Head")) assertNames(error, operation, action, resource)
  }
  await assertRefused(needed[0]!, [HARMLESS])
  for (const permission of needed) await assertRefused(permission, [allow("*", "*"), deny(...permission)])
  await caller.may(needed.map(([action, resource]) => allow(action, resource)))
  const refused = await refusalOf()
  assert.equal(refused, undefined, `${operation} takes more: ${refused?.message}`)
}

function assertNames({ message }: Error, operation: string, action: string, resource: string): void {
  assert.ok(message.includes(`not authorized to perform: ${action} `), `${operation}: ${message}`)
  if (resource !== "*")
    assert.ok(message.replaceAll('"', "").includes(`on resource: ${resource} `), `${operation}: ${message}`)
}

/** DeleteObjects refuses key by key. */
function refusedInside(output: unknown): (Error & { $metadata?: undefined }) | undefined {
  const { Errors } = output as { Errors?: { Code?: string; Message?: string }[] }
  const denied = Errors?.find(({ Code }) => Code === "AccessDenied")
  return denied && Object.assign(new Error(denied.Message), { name: "AccessDenied", $metadata: undefined })
}

/** Every operation has a row, so that none is forgotten. */
export function assertComplete(cases: readonly Case[], operations: readonly Pick<Operation, "name">[]): void {
  const names = [...new Set(cases.map(([name]) => name))].sort()
  assert.deepEqual(names, operations.map(({ name }) => name).sort())
}
