import { crc32 } from "node:zlib"
import { escapeXml } from "../../wire/xml-text.ts"
import { type Client, childText, refusal, UpstreamError, type UpstreamRequest } from "./client.ts"

/** A part of a multipart upload, as its completion names it. */
export interface SentPart {
  etag: string
  checksum: string
}

export interface BegunUpload {
  key: string
  uploadId: string
}

/** One bucket of an S3-compatible server: the calls that bodies take. */
export interface Bucket {
  put(key: string, body: Uint8Array): Promise<void>
  beginUpload(key: string): Promise<string>
  putPart(key: string, uploadId: string, number: number, body: Uint8Array): Promise<SentPart>
  endUpload(key: string, uploadId: string, parts: readonly SentPart[]): Promise<void>
  abortUpload(upload: BegunUpload): Promise<void>
  /** Some of the uploads that were begun and not ended. */
  listUploads(prefix: string): Promise<BegunUpload[]>
  listKeys(prefix: string, most: number): Promise<string[]>
  sizeOf(key: string): Promise<number | undefined>
  /** Undefined where there is no such key, or nothing of it in the range. */
  get(key: string, start: number, end: number): Promise<AsyncIterable<Uint8Array> | undefined>
  remove(key: string): Promise<void>
}

export function createBucket(client: Client): Bucket {
  /** For what answers without a document. */
  async function tell(request: UpstreamRequest, alsoGood: readonly number[] = []) {
    const { status, headers, stream } = await client.ask(request)
    stream.resume()
    if (status >= 300 && !alsoGood.includes(status)) throw refusal(request, status)
    return { status, headers }
  }

  return {
    async put(key, body) {
      await tell({ method: "PUT", key, body, headers: { "x-amz-checksum-crc32": checksumOf(body) } })
    },
    async beginUpload(key) {
      const headers = { "x-amz-checksum-algorithm": "CRC32" }
      const uploadId = childText(
        await client.askForXml({ method: "POST", key, query: { uploads: "" }, headers }),
        "UploadId",
      )
      if (uploadId === "") throw new UpstreamError("POST: it gave no upload id")
      return uploadId
    },
    async putPart(key, uploadId, number, body) {
      const checksum = checksumOf(body)
      const query = { partNumber: String(number), uploadId }
      const { headers } = await tell({ method: "PUT", key, query, body, headers: { "x-amz-checksum-crc32": checksum } })
      return { etag: headers.etag ?? "", checksum }
    },
    async endUpload(key, uploadId, parts) {
      const listed = parts.map(
        ({ etag, checksum }, index) =>
          `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag><ChecksumCRC32>${checksum}</ChecksumCRC32></Part>`,
      )
      const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join("")}</CompleteMultipartUpload>`
      await client.askForXml({ method: "POST", key, query: { uploadId }, body: Buffer.from(xml) })
    },
    async abortUpload({ key, uploadId }) {
      await tell({ method: "DELETE", key, query: { uploadId } }, [404])
    },
    async listUploads(prefix) {
      const xml = await client.askForXml({ method: "GET", key: "", query: { uploads: "", prefix } })
      return childrenOf(xml, "Upload").map((one) => ({
        key: childText(one, "Key"),
        uploadId: childText(one, "UploadId"),
      }))
    },
    async listKeys(prefix, most) {
      const query = { "list-type": "2", prefix, "max-keys": String(most) }
      const xml = await client.askForXml({ method: "GET", key: "", query })
      return childrenOf(xml, "Contents").map((one) => childText(one, "Key"))
    },
    async sizeOf(key) {
      const { status, headers } = await tell({ method: "HEAD", key }, [404])
      return status === 404 ? undefined : Number(headers["content-length"])
    },
    async get(key, start, end) {
      const request = { method: "GET", key, headers: { range: `bytes=${start}-${end - 1}` } } as const
      const { status, stream } = await client.ask(request)
      if (status === 206 || (status === 200 && start === 0)) return stream
      stream.resume()
      if (status === 404 || status === 416) return undefined
      throw refusal(request, status)
    },
    async remove(key) {
      await tell({ method: "DELETE", key }, [404])
    },
  }
}

const childrenOf = (xml: Awaited<ReturnType<Client["askForXml"]>>, name: string) =>
  xml?.children.filter((child) => child.name === name) ?? []

function checksumOf(body: Uint8Array): string {
  const buffer = Buffer.allocUnsafe(4)
  buffer.writeUInt32BE(crc32(body))
  return buffer.toString("base64")
}
