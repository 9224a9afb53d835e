import type { Operation } from "../../operation.ts"
import { GetBucketAcl, GetObjectAcl } from "./acl/get.ts"
import { PutBucketAcl, PutObjectAcl } from "./acl/put.ts"
import { CreateBucket } from "./buckets/create.ts"
import { DeleteBucket } from "./buckets/delete.ts"
import { DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption } from "./buckets/encryption.ts"
import { GetBucketLocation, HeadBucket } from "./buckets/head.ts"
import { ListBuckets } from "./buckets/list.ts"
import {
  DeleteBucketOwnershipControls,
  GetBucketOwnershipControls,
  PutBucketOwnershipControls,
} from "./buckets/ownership.ts"
import { DeleteBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus, PutBucketPolicy } from "./buckets/policy.ts"
import { DeletePublicAccessBlock, GetPublicAccessBlock, PutPublicAccessBlock } from "./buckets/public-access-block.ts"
import { DeleteBucketTagging, GetBucketTagging, PutBucketTagging } from "./buckets/tagging.ts"
import * as unset from "./buckets/unset.ts"
import { GetBucketVersioning, PutBucketVersioning } from "./buckets/versioning.ts"
import { DeleteBucketCors, GetBucketCors, PutBucketCors } from "./cors/configuration.ts"
import { ListObjects, ListObjectsV2 } from "./listing/list-objects.ts"
import { ListObjectVersions } from "./listing/list-versions.ts"
import { AbortMultipartUpload } from "./multipart/abort.ts"
import { CompleteMultipartUpload } from "./multipart/complete.ts"
import { CreateMultipartUpload } from "./multipart/create.ts"
import { ListParts } from "./multipart/list-parts.ts"
import { ListMultipartUploads } from "./multipart/list-uploads.ts"
import { UploadPart } from "./multipart/upload-part.ts"
import { UploadPartCopy } from "./multipart/upload-part-copy.ts"
import { GetObjectAttributes } from "./objects/attributes.ts"
import { CopyObject } from "./objects/copy.ts"
import { DeleteObject } from "./objects/delete.ts"
import { DeleteObjects } from "./objects/delete-many.ts"
import { GetObject, HeadObject } from "./objects/get.ts"
import { PutObject } from "./objects/put.ts"
import { DeleteObjectTagging, GetObjectTagging, PutObjectTagging } from "./objects/tagging.ts"

// biome-ignore lint/suspicious/noExplicitAny: each operation has types of its own
export const operations: readonly Operation<any, any>[] = [
  CreateBucket,
  DeleteBucket,
  HeadBucket,
  ListBuckets,
  GetBucketLocation,
  PutBucketTagging,
  GetBucketTagging,
  DeleteBucketTagging,
  PutBucketVersioning,
  GetBucketVersioning,
  PutBucketPolicy,
  GetBucketPolicy,
  DeleteBucketPolicy,
  GetBucketPolicyStatus,
  PutPublicAccessBlock,
  GetPublicAccessBlock,
  DeletePublicAccessBlock,
  PutBucketOwnershipControls,
  GetBucketOwnershipControls,
  DeleteBucketOwnershipControls,
  PutBucketEncryption,
  GetBucketEncryption,
  DeleteBucketEncryption,
  PutBucketCors,
  GetBucketCors,
  DeleteBucketCors,
  GetBucketAcl,
  PutBucketAcl,
  GetObjectAcl,
  PutObjectAcl,
  ...Object.values(unset),
  ListObjects,
  ListObjectsV2,
  ListObjectVersions,
  PutObject,
  GetObject,
  HeadObject,
  GetObjectAttributes,
  DeleteObject,
  DeleteObjects,
  CopyObject,
  CreateMultipartUpload,
  UploadPart,
  UploadPartCopy,
  CompleteMultipartUpload,
  AbortMultipartUpload,
  ListParts,
  ListMultipartUploads,
  PutObjectTagging,
  GetObjectTagging,
  DeleteObjectTagging,
]
