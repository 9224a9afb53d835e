/** Developer Guide, "Lambda quotas": a zip that is sent, and what it holds, layers included. */
export const ZIPPED_BYTES = 52_428_800
export const UNZIPPED_BYTES = 262_144_000
