import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Browser, Page } from "playwright-core"
import { rolldown } from "rolldown"
import { launchChromium, openPage } from "../harness/chromium.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { PASSWORD } from "../wire/cognito-identity-world.ts"
import { BUCKET, openPhotoWorld, type PhotoWorld } from "./photo-world.ts"

const launched = await launchChromium()

/** An application with Amplify and the SDK as they are; what it does, the test calls. */
const APPLICATION = `
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { Amplify } from "aws-amplify"
import { post } from "aws-amplify/api"
import { fetchAuthSession, signIn, signOut } from "aws-amplify/auth"
const { amplify, endpoint, region } = window.settings
Amplify.configure(amplify)

/** To the bucket itself, with the credentials that the identity pool gave. */
async function upload(name, text) {
  const { credentials, identityId } = await fetchAuthSession()
  const key = name.startsWith("/") ? name.slice(1) : "private/" + identityId + "/" + name
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 })
  await s3.send(new PutObjectCommand({ Bucket: "${BUCKET}", Key: key, Body: text, ContentType: "image/png" }))
  return key
}

/** By Amplify's REST category: without a header of its own it signs, with the identity pool's credentials. */
async function publish(path, key, headers) {
  const options = { body: { key }, retryStrategy: { strategy: "no-retry" }, ...(headers && { headers }) }
  try {
    const { statusCode, body } = await post({ apiName: "photos", path, options }).response
    return { status: statusCode, body: await body.json() }
  } catch (error) {
    if (!error.response) throw error
    return { status: error.response.statusCode, body: JSON.parse(error.response.body), headers: error.response.headers }
  }
}

/** The same without Amplify. */
async function fetched(path, key, headers = {}) {
  const answer = await fetch(amplify.API.REST.photos.endpoint + path, { method: "POST", headers, body: JSON.stringify({ key }) })
  return { status: answer.status, body: await answer.json() }
}
const told = (work) => work.then((value) => ({ value }), (error) => ({ error: error.name }))
Object.assign(window, { fetchAuthSession, fetched, publish, signIn, signOut, told, upload })
`

async function bundle(): Promise<string> {
  const built = await rolldown({
    input: "application",
    platform: "browser",
    plugins: [
      {
        name: "application",
        resolveId: (id) => (id === "application" ? `${process.cwd()}/application.js` : null),
        load: (id) => (id.endsWith("/application.js") && !id.includes("node_modules") ? APPLICATION : null),
      },
    ],
  })
  const { output } = await built.generate({ format: "iife", codeSplitting: false })
  await built.close()
  return output[0].code
}

interface Told {
  status: number
  body: Record<string, unknown>
  headers?: Record<string, string>
}

const UNAUTHORIZED = { status: 401, body: { message: "Unauthorized" } }

describe("a page with pictures, and a REST API", { skip: typeof launched === "string" && launched }, () => {
  const stack = new AsyncDisposableStack()
  let world: PhotoWorld
  let page: Page
  let faults: string[]
  let sub: string

  before(async () => {
    stack.use(launched as Browser)
    world = stack.use(await openPhotoWorld())
    sub = await world.people.signUp("ann", [], { email: "ann@example.com" })
    await world.others.signUp("mallory")
    const script = await bundle()
    const application: WebServer = stack.use(
      await startWebServer((request, response) => {
        const isScript = request.url === "/application.js"
        response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8")
        response.end(isScript ? script : pageOf())
      }),
    )
    ;({ page, faults } = await openPage(launched as Browser))
    await page.goto(application.url)
    await call(`signIn({ username: "ann", password: ${JSON.stringify(PASSWORD)} })`)
  })
  after(() => stack.disposeAsync())

  const pageOf = () => {
    const { people, identityPoolId, server, url } = world
    const pools = { userPoolId: people.userPoolId, userPoolClientId: people.clientId, identityPoolId }
    const REST = { photos: { endpoint: url, region: server.region } }
    const amplify = { ...server.amplify(pools), API: { REST } }
    const settings = JSON.stringify({ amplify, endpoint: server.url, region: server.region })
    return `<!doctype html><link rel="icon" href="data:,"><title>Photos</title><script>window.settings = ${settings}</script><script src="/application.js"></script>`
  }

  const call = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>
  const tokenOf = (kind: "idToken" | "accessToken") =>
    call<string>(`fetchAuthSession().then(({ tokens }) => tokens.${kind}.toString())`)
  const fetched = (path: string, Authorization?: string) =>
    call<Told>(
      `fetched(${JSON.stringify(path)}, "none", ${JSON.stringify(Authorization === undefined ? {} : { Authorization })})`,
    )
  const keys = async () => {
    const { Contents = [] } = await world.s3.listObjectsV2({ Bucket: BUCKET })
    return Contents.map(({ Key }) => Key!)
  }

  test("uploads one under the person's identity, and has it published by who may", async () => {
    const key = await call<string>(`upload("cat.png", "a cat")`)
    assert.match(key, /^private\/us-east-1:[0-9a-f-]{36}\/cat\.png$/)
    assert.deepEqual(await call("told(upload('/public/dog.png', 'a dog'))"), { error: "AccessDenied" })
    assert.deepEqual(await call("told(upload('/private/somebody/dog.png', 'a dog'))"), { error: "AccessDenied" })
    assert.deepEqual(await keys(), [key])

    const token = await tokenOf("idToken")
    const { status, body } = await call<Told>(
      `publish("/published", ${JSON.stringify(key)}, { Authorization: ${JSON.stringify(token)} })`,
    )
    assert.equal(status, 201)
    assert.equal(body.key, "public/cat.png")
    const claims = body.claims as Record<string, string>
    assert.deepEqual([claims.sub, claims.email, claims.token_use], [sub, "ann@example.com", "id"])
    assert.deepEqual(await keys(), ["public/cat.png"])
    const { Body, ContentType } = await world.s3.getObject({ Bucket: BUCKET, Key: "public/cat.png" })
    assert.deepEqual([await Body!.transformToString(), ContentType], ["a cat", "image/png"])
  })

  test("has it published by a signed call, whose function is told whose identity it is", async () => {
    const key = await call<string>(`upload("bird.png", "a bird")`)
    const { status, body } = await call<Told>(`publish("/signed", ${JSON.stringify(key)})`)
    assert.equal(status, 201)
    const { account } = world.server
    const { providerName } = world.people
    const identity = body.identity as Record<string, string>
    assert.equal(identity.cognitoIdentityId, key.split("/")[1])
    assert.equal(identity.cognitoIdentityPoolId, world.identityPoolId)
    assert.equal(identity.cognitoAuthenticationType, "authenticated")
    assert.equal(identity.cognitoAuthenticationProvider, `${providerName},${providerName}:CognitoSignIn:${sub}`)
    assert.equal(identity.userArn, `arn:aws:sts::${account}:assumed-role/person/CognitoIdentityCredentials`)
    assert.equal(body.claims, undefined)
    assert.ok((await keys()).includes("public/bird.png"))

    // The person's role names one path.
    const refused = await call<Told>(`publish("/signed/other", ${JSON.stringify(key)})`)
    assert.equal(refused.status, 403)
    assert.match(
      String(refused.body.Message),
      /^User: .*:assumed-role\/person\/CognitoIdentityCredentials is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*{8}\d{4}:.*\/prod\/POST\/signed\/other because no identity-based policy allows the execute-api:Invoke action$/,
    )
    assert.match(await world.server.explain(), /execute-api:Invoke.*role\/person|role\/person.*execute-api:Invoke/s)
  })

  test("is refused in API Gateway's words without a token that is good for the method", async () => {
    assert.deepEqual(await fetched("/published"), UNAUTHORIZED)
    assert.match(await world.server.explain(), /people/)
    const stranger = await world.others.signIn("mallory")
    assert.deepEqual(await fetched("/published", stranger), UNAUTHORIZED)
    assert.match(await world.server.explain(), new RegExp(world.others.userPoolId))
    assert.deepEqual(await fetched("/reviewed", await tokenOf("accessToken")), UNAUTHORIZED)
    assert.match(await world.server.explain(), /photos\/review/)
    assert.deepEqual(await fetched("/published", await tokenOf("accessToken")), UNAUTHORIZED)
    const unsigned = await fetched("/signed")
    assert.deepEqual(unsigned, { status: 403, body: { message: "Missing Authentication Token" } })
    const token = await tokenOf("idToken")
    await world.server.clock.advance({ minutes: 6 })
    const expired = await fetched("/published", token)
    assert.deepEqual(expired, { status: 401, body: { message: "The incoming token has expired" } })
    assert.deepEqual(faults, [])
  })
})
