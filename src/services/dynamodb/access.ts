import type { Requirement } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"
import { tableArn } from "./tables/record.ts"
import { findAddress } from "./tables/table-name.ts"

/** The ARN of a table that a request names by its name or by the ARN itself. */
export const arnOf = (nameOrArn: string, scope: Scope): string => tableArn(findAddress(nameOrArn, scope))

export const onTable = ({ TableName }: { TableName: string }, scope: Scope): Requirement => ({
  resource: arnOf(TableName, scope),
})

/** The resource is given by its ARN. */
export const onResource = ({ ResourceArn }: { ResourceArn: string }): Requirement => ({ resource: ResourceArn })
