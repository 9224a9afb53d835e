import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { zipOf } from "../test/harness/zip.ts"
import { measureOn } from "./load.ts"
import { prepareSignIn } from "./prepare.ts"
import { passwordSignIn, type SignInTarget } from "./sign-in.ts"
import { REGION, ROOT_KEYS, startHallpass } from "./subjects.ts"

const COUNT = 1_000
const clientOf = (endpoint: string) => ({ endpoint, region: REGION, credentials: ROOT_KEYS })

/** A function that hands its event back, as the PostAuthentication of the pool. */
async function addTrigger({ url, poolId }: SignInTarget): Promise<void> {
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }
  const { Role } = await new IAM(clientOf(url)).createRole({
    RoleName: "trigger",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
  })
  const client = new Lambda(clientOf(url))
  const FunctionName = "trigger"
  const { FunctionArn } = await client.createFunction({
    FunctionName,
    Role: Role!.Arn!,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: zipOf({ "index.mjs": "export const handler = async (event) => event\n" }) },
  })
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 60 }, { FunctionName })
  await client.addPermission({
    FunctionName,
    StatementId: "pool",
    Action: "lambda:InvokeFunction",
    Principal: "cognito-idp.amazonaws.com",
  })
  await new CognitoIdentityProvider(clientOf(url)).updateUserPool({
    UserPoolId: poolId,
    LambdaConfig: { PostAuthentication: FunctionArn! },
  })
}

/** Prints what a sign-in costs the server without a trigger and with one; the function's own process is not in it. */
export async function run(print: (line: string) => void): Promise<void> {
  using hallpass = await startHallpass()
  const target = await prepareSignIn(hallpass.url)
  const show = async (name: string) => {
    const { requestsPerSecond, cpuMicrosecondsPerRequest } = await measureOn(hallpass, COUNT, passwordSignIn(target))
    print(
      `${name.padEnd(34)}  ${requestsPerSecond.toFixed(0).padStart(7)} requests/s  ${cpuMicrosecondsPerRequest.toFixed(0).padStart(7)} us CPU each`,
    )
  }
  await show("sign-in, password")
  await addTrigger(target)
  await show("the same with PostAuthentication")
}

if (import.meta.main) await run(console.log)
