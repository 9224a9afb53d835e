import type { Migration } from "../../store/store.ts"

/**
 * Keys of objects are BYTES: S3 orders them by their UTF-8 bytes, and they may hold what a text column may not.
 *
 * `s3_objects.age` counts down with each version of a key, so that the newest stands first. `listed` is 1 where the row
 * is what ListObjects shows: the newest version of its key and no delete marker.
 */
export const migrations: readonly Migration[] = [
  {
    name: "s3-1-buckets-and-objects",
    sql: `
CREATE TABLE s3_buckets (
  name TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  versioning TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX s3_buckets_by_account ON s3_buckets (account, name);
CREATE TABLE s3_objects (
  bucket TEXT NOT NULL,
  object_key BYTES NOT NULL,
  age BIGINT NOT NULL,
  version_id TEXT NOT NULL,
  listed BIGINT NOT NULL,
  body TEXT NOT NULL,
  content BYTES,
  PRIMARY KEY (bucket, object_key, age)
);
CREATE UNIQUE INDEX s3_objects_by_version ON s3_objects (bucket, object_key, version_id);
CREATE INDEX s3_objects_listed ON s3_objects (bucket, object_key) WHERE listed = 1;
CREATE TABLE s3_chunks (
  data_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  content BYTES NOT NULL,
  PRIMARY KEY (data_id, number)
);
CREATE TABLE s3_leases (
  data_id TEXT NOT NULL PRIMARY KEY,
  expires BIGINT NOT NULL
);
CREATE INDEX s3_leases_by_expiry ON s3_leases (expires);
CREATE TABLE s3_uploads (
  bucket TEXT NOT NULL,
  object_key BYTES NOT NULL,
  upload_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (bucket, object_key, upload_id)
);
CREATE TABLE s3_parts (
  data_id TEXT NOT NULL,
  part_number BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (data_id, part_number)
);
`,
  },
  {
    // Contents lay in S3's own tables. Their ids stay good, and their leases; uploads that were given up have to do
    // something about their parts.
    name: "s3-2-no-tables-for-bytes",
    sql: `
DROP TABLE bytes_chunks;
ALTER TABLE s3_chunks RENAME COLUMN data_id TO id;
INSERT INTO bytes_leases (id, expires) SELECT data_id, expires FROM s3_leases;
INSERT INTO work_jobs (kind, key, due, body, has_begun, attempts, owner, leased_until)
  SELECT 's3:drop-parts', data_id, 0, 'null', 0, 0, '', 0 FROM s3_leases
  WHERE EXISTS (SELECT 1 FROM s3_parts WHERE s3_parts.data_id = s3_leases.data_id);
DROP TABLE s3_leases;
`,
  },
  {
    name: "s3-3-bytes-in-their-own-place",
    sql: "ALTER TABLE s3_chunks RENAME TO bytes_chunks",
  },
]
