import { crc32, deflateRawSync } from "node:zlib"

/** What goes into a zip, and how it is to lie about it. */
export interface ZipEntry {
  name: string
  content?: string | Uint8Array
  /** Of Unix, type bits and all; a plain file of 644 where left out. */
  mode?: number
  /** What the entry says of itself where that is not so. */
  claimed?: { size?: number; crc32?: number; flags?: number; method?: number }
}

const FILE = 0o100_644

/** A zip of these files: names and contents, or entries. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>> | readonly ZipEntry[]): Buffer {
  const entries: readonly ZipEntry[] = Array.isArray(files)
    ? files
    : Object.entries(files).map(([name, content]) => ({ name, content: content as string }))
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content = "", mode = FILE, claimed = {} } of entries) {
    const bytes = Buffer.from(content as string)
    const data = deflateRawSync(bytes)
    const fileName = Buffer.from(name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(claimed.flags ?? 0x800, 2)
    shared.writeUInt16LE(claimed.method ?? 8, 4)
    shared.writeUInt32LE(0x00210000, 6)
    shared.writeUInt32LE(claimed.crc32 ?? crc32(bytes), 10)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(claimed.size ?? bytes.length, 18)
    shared.writeUInt16LE(fileName.length, 22)
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, fileName, data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    // Version made by: 3 is Unix.
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.of(20, 3), shared, tail, fileName]))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06")
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}
