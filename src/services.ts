import type { Service } from "./service.ts"
import { service as apigateway } from "./services/apigateway/service.ts"
import { service as apigatewayv2 } from "./services/apigatewayv2/service.ts"
import { service as cognitoIdentity } from "./services/cognito-identity/service.ts"
import { service as cognitoIdp } from "./services/cognito-idp/service.ts"
import { service as cognitoSync } from "./services/cognito-sync/service.ts"
import { service as dynamodb } from "./services/dynamodb/service.ts"
import { service as dynamodbstreams } from "./services/dynamodbstreams/service.ts"
import { service as executeApi } from "./services/execute-api/service.ts"
import { service as iam } from "./services/iam/service.ts"
import { service as kinesis } from "./services/kinesis/service.ts"
import { service as kms } from "./services/kms/service.ts"
import { service as lambda } from "./services/lambda/service.ts"
import { service as logs } from "./services/logs/service.ts"
import { service as organizations } from "./services/organizations/service.ts"
import { service as s3 } from "./services/s3/service.ts"
import { service as sts } from "./services/sts/service.ts"

/** The services that this server answers for. S3 takes what no other claims. */
export const services: readonly Service[] = [
  iam,
  sts,
  cognitoIdp,
  cognitoIdentity,
  cognitoSync,
  organizations,
  dynamodb,
  dynamodbstreams,
  lambda,
  executeApi,
  kms,
  kinesis,
  logs,
  apigateway,
  apigatewayv2,
  s3,
]
