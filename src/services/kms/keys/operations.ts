import { DescribeKeyCommand, ListKeysCommand, UpdateKeyDescriptionCommand } from "@aws-sdk/client-kms"
import { operation } from "../../../operation.ts"
import { onKey } from "../access.ts"
import { keyArn, parseKeyName } from "../arns.ts"
import { ensureManagedKey } from "../managed-keys.ts"
import { listPage } from "../paging.ts"
import { assertNotPendingDeletion, getKey, readNamedKey } from "./find.ts"
import { describe } from "./metadata.ts"
import { updateKey } from "./record.ts"

export const DescribeKey = operation(DescribeKeyCommand, {
  access: ({ KeyId, GrantTokens }, home) => onKey(KeyId, home, { grantTokens: GrantTokens }),
  async handle({ KeyId }, context) {
    // Who describes an alias of AWS makes the key that it is to stand for (API Reference, DescribeKey).
    await ensureManagedKey(parseKeyName(KeyId, context), context)
    return { KeyMetadata: describe(await getKey(KeyId, context)) }
  },
})

export const ListKeys = operation(ListKeysCommand, {
  access: () => ({ resource: "*" }),
  async handle(input, { store, masterKey, account, region }) {
    const { items, paged } = await listPage(masterKey, `ListKeys ${account} ${region}`, input, {
      load: (after, limit) =>
        store.read((tx) =>
          tx.all<{ key_id: string }>(
            "SELECT key_id FROM kms_keys WHERE account = $1 AND region = $2 AND key_id > $3 ORDER BY key_id LIMIT $4",
            account,
            region,
            after,
            limit,
          ),
        ),
      keyOf: ({ key_id }) => key_id,
    })
    return {
      Keys: items.map(({ key_id }) => ({ KeyId: key_id, KeyArn: keyArn({ account, region, id: key_id }) })),
      ...paged,
    }
  },
})

export const UpdateKeyDescription = operation(UpdateKeyDescriptionCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId, Description }, context) {
    await context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, KeyId, context)
      assertNotPendingDeletion(key)
      await updateKey(tx, { ...key.record, description: Description })
    })
    return {}
  },
})
