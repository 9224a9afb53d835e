export type Protocol = "awsJson1_0" | "awsJson1_1" | "awsQuery" | "restJson1" | "restXml"

/** In what one service's wire form differs from what its protocol says. `dialects.ts` has those of AWS. */
export interface WireOptions {
  /** The namespace of awsQuery and restXml documents. */
  xmlNamespace?: string
  /** Of the service's model: `2010-05-08`. Shown in the text of an unknown awsQuery action. */
  apiVersion?: string
  /** S3: a bucket before every URI, bare `Error` documents, `x-amz-request-id`, milliseconds in XML timestamps. */
  s3?: boolean
  /** XML timestamps have no fraction of a second (IAM and STS). */
  wholeSeconds?: boolean
  /** The namespace that `__type` of a modelled error carries: `com.amazonaws.dynamodb.v20120810`. */
  errorNamespace?: string
  /** Errors repeat their code and text in the headers `x-amzn-ErrorType` and `x-amzn-ErrorMessage` (Cognito). */
  errorHeaders?: boolean
  /** How its request ids are made, where they are no UUIDs. */
  requestIds?: "s3" | "dynamodb"
  /** The `Server` that its answers name. */
  server?: string
  /** The type of a body that is bytes, where the model has none (Lambda's are JSON). */
  blobType?: string
  /** Whoever asks in `application/json` is answered in it (DynamoDB). */
  echoesType?: boolean
  /** Bodies may be compressed (DynamoDB). */
  contentEncodings?: boolean
  /** The most bytes of a request's headers, names and values (DynamoDB). */
  headerBytes?: number
  /** Whoever asks in CBOR is answered in it (Kinesis). */
  cbor?: boolean
  /** Responses carry the CRC-32 of their body as `x-amz-crc32` (DynamoDB). */
  crc32?: boolean
  /** Whose words a member of the wrong JSON type is refused with. */
  mismatchTexts?: "dynamodb" | "coral"
  /** A union with no or several members is the handler's to refuse, in its own words (DynamoDB's AttributeValue). */
  looseUnions?: boolean
  /**
   * Members that are float or double in AWS's model. The runtime schemas know "number" alone; every other number of an
   * input is made whole, as Coral does with a fraction where the model says integer.
   */
  fractionalMembers?: readonly string[]
}

export interface ResponseMeta {
  requestId: string
  /** `Content-Type` of the request. */
  requestedType?: string | undefined
  /** S3's second id. */
  hostId?: string
}
