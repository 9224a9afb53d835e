// Loaded when the first such sum is asked for.
export { createCRC32, createCRC64 } from "hash-wasm"
