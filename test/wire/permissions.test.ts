import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, describe, it } from "node:test"
import * as apigateway from "@aws-sdk/client-api-gateway"
import * as cognitoIdentity from "@aws-sdk/client-cognito-identity"
import * as cognitoIdp from "@aws-sdk/client-cognito-identity-provider"
import * as cognitoSync from "@aws-sdk/client-cognito-sync"
import * as iam from "@aws-sdk/client-iam"
import * as kinesis from "@aws-sdk/client-kinesis"
import * as sts from "@aws-sdk/client-sts"
import { services } from "../../src/services.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { createPerson, type Person, policy } from "./iam-world.ts"

/** What an operation needs, by the Service Authorization Reference (October 2026), and a request that would do. */
interface Row {
  service: keyof typeof clients
  operation: string
  input: object
  /** Where it is not the operation's own. */
  action?: string
  /** Left out where any caller may. */
  resource?: string
  /** What it needs as well. */
  also?: { Action: string; Resource: string }
}

const clients = {
  apigateway: { module: apigateway, Client: apigateway.APIGatewayClient },
  iam: { module: iam, Client: iam.IAMClient },
  sts: { module: sts, Client: sts.STSClient },
  "cognito-idp": { module: cognitoIdp, Client: cognitoIdp.CognitoIdentityProviderClient },
  "cognito-identity": { module: cognitoIdentity, Client: cognitoIdentity.CognitoIdentityClient },
  kinesis: { module: kinesis, Client: kinesis.KinesisClient },
  "cognito-sync": { module: cognitoSync, Client: cognitoSync.CognitoSyncClient },
}

const rows: Row[] = JSON.parse(readFileSync(new URL("../vectors/permissions.json", import.meta.url), "utf8"))

const served = new Map(services.map(({ name, operations }) => [name, new Set(operations.map((one) => one.name))]))

interface Answer {
  code: string | undefined
  message: string
}

describe("the permission of each operation", () => {
  let server: TestServer
  let root: iam.IAMClient
  let person: Person
  before(async () => {
    server = await startServer()
    root = new iam.IAMClient(server.client)
    person = await createPerson(server, "tester")
  })
  after(() => server[Symbol.asyncDispose]())

  const fill = (text: string) =>
    text
      .replaceAll("123456789012", server.account)
      .replaceAll("{caller}", person.arn)
      .replaceAll("{accessKeyId}", person.credentials.accessKeyId)

  const may = (...statements: object[]) =>
    root.send(
      new iam.PutUserPolicyCommand({
        UserName: "tester",
        PolicyName: "own",
        PolicyDocument: policy({ Action: "unused:Nothing", Resource: "*" }, ...statements),
      }),
    )

  async function ask({ service, operation, input }: Row): Promise<Answer> {
    const { module, Client } = clients[service]
    const client = new Client({ ...person.options, maxAttempts: 1 })
    const Command = (module as Record<string, unknown>)[`${operation}Command`] as new (input: object) => never
    try {
      await (client as { send(command: never): Promise<unknown> }).send(
        new Command(JSON.parse(fill(JSON.stringify(input)), revived)),
      )
      return { code: undefined, message: "" }
    } catch (error) {
      const { Code, name, message } = error as Error & { Code?: string }
      return { code: (Code ?? name).replace(/Exception$/, ""), message }
    } finally {
      client.destroy()
    }
  }

  /** IAM names by their names what requests name so. */
  function resourceNames(row: Row): string[] {
    const resource = fill(row.resource!)
    if (row.service !== "iam") return [resource]
    const [, type, name] = /^arn:aws:iam::\d+:([a-z-]+)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? []
    return [resource, `${type?.replaceAll("-", " ")} ${name}`, `policy ${resource}`]
  }

  for (const row of rows.filter(({ service, operation }) => served.get(service)?.has(operation)))
    it(`${row.service}:${row.operation}`, async () => {
      await may()
      const unpermitted = await ask(row)
      if (row.resource === undefined) return assert.notEqual(unpermitted.code, "AccessDenied", unpermitted.message)
      const action = row.action ?? `${row.service}:${row.operation}`
      assert.equal(unpermitted.code, "AccessDenied", `${unpermitted.code} ${unpermitted.message}`)
      const [, told] = new RegExp(
        `^User: ${person.arn} is not authorized to perform: ${action} on resource: (.+) because no identity-based policy allows the ${action} action$`,
      ).exec(unpermitted.message) ?? [undefined, unpermitted.message]
      if (row.resource !== "*")
        assert.ok(resourceNames(row).includes(told!), `${told} is none of ${resourceNames(row)}`)

      const Resource = fill(row.resource)
      const also = row.also ? [JSON.parse(fill(JSON.stringify(row.also)))] : []
      await may({ Action: action, Resource }, ...also)
      const permitted = await ask(row)
      assert.notEqual(permitted.code, "AccessDenied", permitted.message)

      const others = Resource === "*" ? { Resource: "arn:aws:s3:::none" } : { NotResource: Resource }
      await may({ Action: action, ...others }, { NotAction: action, Resource: "*" })
      const elsewhere = await ask(row)
      assert.equal(elsewhere.code, "AccessDenied", `elsewhere: ${elsewhere.code} ${elsewhere.message}`)
    })
})

const revived = (_key: string, value: unknown) => {
  if (typeof value !== "object" || value === null) return value
  if ("$date" in value) return new Date(value.$date as string)
  return "$blob" in value ? Buffer.from(value.$blob as string, "base64") : value
}
