import assert from "node:assert/strict"
import { test } from "node:test"
import { isLoopbackAddress, isPublicAddress } from "./public-address.ts"

const PUBLIC = [
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.0.1",
  "172.32.0.1",
  "192.167.1.1",
  "198.20.0.1",
  "223.255.255.255",
  "2606:4700::1111",
  "2a00:1450::1",
  "::ffff:1.1.1.1",
  "64:ff9b::101:101",
]
const SPECIAL = [
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.2.1",
  "192.168.0.1",
  "198.18.0.1",
  "198.19.255.255",
  "203.0.113.5",
  "224.0.0.1",
  "239.1.1.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::FFFF:10.0.0.1",
  "0:0:0:0:0:ffff:a9fe:a9fe",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::10.0.0.1",
  "64:ff9b:1::1.1.1.1",
  "2002:7f00:1::",
  "2002:0a00:0001::1",
  "2001::1",
  "2001:db8::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "100::1",
  "5f00::1",
  "no address",
  "",
]

test("what is of the Internet at large, and what is not", () => {
  for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address)
  for (const address of SPECIAL) assert.equal(isPublicAddress(address), false, address)
})

test("what is this machine", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1"]) assert.equal(isLoopbackAddress(address), true, address)
  for (const address of ["128.0.0.1", "::", "::ffff:127.0.0.1", "10.0.0.1"])
    assert.equal(isLoopbackAddress(address), false, address)
})
