import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts"
import { findAccountOfAccessKeyId } from "../../authentication/access-key-id.ts"
import { operation } from "../../operation.ts"
import { findAccessKey } from "../iam/service.ts"
import { unknownAccessKey } from "./errors.ts"
import { assertSigned } from "./signed.ts"

/** Never denied: AWS answers it in the face of an explicit deny (API Reference). */
export const GetCallerIdentity = operation(GetCallerIdentityCommand, {
  access: "anyPrincipal",
  async handle(_input, { caller }) {
    assertSigned(caller)
    return { UserId: caller.userId, Account: caller.account, Arn: caller.arn }
  },
})

export const GetAccessKeyInfo = operation(GetAccessKeyInfoCommand, {
  access: () => ({ resource: "*" }),
  async handle({ AccessKeyId }, context) {
    const { caller } = context
    assertSigned(caller)
    if (caller.accessKeyId === AccessKeyId) return { Account: caller.account }
    const key = await findAccessKey(context, AccessKeyId)
    const Account = key?.account ?? findAccountOfAccessKeyId(AccessKeyId)
    if (Account === undefined) throw unknownAccessKey(AccessKeyId)
    return { Account }
  },
})
