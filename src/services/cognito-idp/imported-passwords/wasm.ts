/** Hashes that Node has not in all of its versions. They are loaded by the thread that compares passwords alone. */
export { argon2Verify, bcryptVerify } from "hash-wasm"
