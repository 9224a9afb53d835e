import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as aliases from "./aliases/operations.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as dataKeys from "./cryptography/data-keys.ts"
import { Decrypt, Encrypt, ReEncrypt } from "./cryptography/encrypt.ts"
import * as macs from "./cryptography/macs.ts"
import * as signatures from "./cryptography/signatures.ts"
import { CreateGrant } from "./grants/create.ts"
import * as grants from "./grants/operations.ts"
import { keeper } from "./keeper.ts"
import * as keyPolicies from "./key-policies.ts"
import { CreateKey } from "./keys/create.ts"
import { DELETE_KEY, deletionWork } from "./keys/deletion.ts"
import * as keys from "./keys/operations.ts"
import * as states from "./keys/states.ts"
import { requestContext } from "./request-context.ts"
import { resourceFacts } from "./resource-facts.ts"
import * as rotation from "./rotation/operations.ts"
import { ROTATE, rotationWork } from "./rotation/work.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags.ts"

/** AWS Key Management Service: keys that never leave, and who may use them. */
export const service: Service = {
  name: "kms",
  protocol: "awsJson1_1",
  targetPrefix: "TrentService",
  errors: "json",
  refusal: {
    reasonForStrangers:
      "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
  },
  validationCode: "ValidationException",
  operations: [
    CreateKey,
    CreateGrant,
    Encrypt,
    Decrypt,
    ReEncrypt,
    ...operationsOf([keys, states, aliases, keyPolicies, grants, tags, rotation, dataKeys, macs, signatures]),
  ],
  constraints,
  bodyLimits,
  migrations,
  requestContext,
  resourceFacts,
  keepsKeys: keeper,
  work: { [DELETE_KEY]: deletionWork, [ROTATE]: rotationWork },
}
