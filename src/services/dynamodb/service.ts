import type { Service } from "../../service.ts"
import constraints from "./constraints.json" with { type: "json" }
import { DeleteItem } from "./items/delete-item.ts"
import { GetItem } from "./items/get-item.ts"
import { PutItem } from "./items/put-item.ts"
import { Query } from "./items/query.ts"
import { Scan } from "./items/scan.ts"
import { UpdateItem } from "./items/update-item.ts"
import { DeleteResourcePolicy, GetResourcePolicy, PutResourcePolicy } from "./policies/operations.ts"
import { resourceFacts } from "./resource-facts.ts"
import { migrations } from "./tables.ts"
import { CreateTable } from "./tables/create.ts"
import { DeleteTable } from "./tables/delete.ts"
import { DescribeTable } from "./tables/describe.ts"
import { ListTables } from "./tables/list.ts"
import { ListTagsOfResource, TagResource, UntagResource } from "./tags.ts"

export const service: Service = {
  name: "dynamodb",
  protocol: "awsJson1_0",
  targetPrefix: "DynamoDB_20120810",
  errors: "json",
  validationCode: "ValidationException",
  operations: [
    CreateTable,
    DescribeTable,
    ListTables,
    DeleteTable,
    PutItem,
    GetItem,
    UpdateItem,
    DeleteItem,
    Query,
    Scan,
    PutResourcePolicy,
    GetResourcePolicy,
    DeleteResourcePolicy,
    TagResource,
    UntagResource,
    ListTagsOfResource,
  ],
  constraints,
  migrations,
  resourceFacts,
}
