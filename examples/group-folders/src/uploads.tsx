import type { S3Client } from "@aws-sdk/client-s3"
import { type FormEvent, useState } from "react"
import { FOLDERS, type Folder, WAYS, type WayId } from "../folders.ts"
import { withBreaks } from "./breaks.tsx"
import { type Attempt, type Listed, listFolder, upload } from "./bucket.ts"
import { Explanation } from "./explanation.tsx"

interface State {
  progress?: number
  refused?: Attempt & { error: Error }
  listed?: Listed[]
  folder?: Folder
}

const asRefused = (error: Error & { $metadata?: { requestId?: string } }) => ({
  error,
  requestId: error.$metadata?.requestId,
})

export function Uploads({ buckets, name }: { buckets: ReadonlyMap<WayId, S3Client>; name: string }) {
  const [state, setState] = useState<State>({})
  const [asked, setAsked] = useState<Attempt>()
  const isBusy = state.progress !== undefined

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const way = form.get("way") as WayId
    const s3 = buckets.get(way)!
    const folder = form.get("folder") as Folder
    setState({ progress: 0 })
    setAsked(undefined)
    try {
      await upload(s3, folder, form.get("file") as File, (progress) => setState({ progress }))
      setState({ folder, listed: await listFolder(s3, folder) })
    } catch (error) {
      const refused = asRefused(error as Error)
      setState({ refused: { way, folder, deed: "write", allowed: false, ...refused } })
    }
  }
  return (
    <section className="uploads" aria-label="Upload">
      <h2>Upload a file</h2>
      <p>From this page straight to the bucket; in parts where it is larger than 5 MB.</p>
      <form onSubmit={submit}>
        <label className="field">
          By
          <select name="way" defaultValue="groups">
            {WAYS.map(({ id, title }) => (
              <option value={id} key={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          Into
          <select name="folder">
            {FOLDERS.map((folder) => (
              <option value={folder} key={folder}>
                {folder}/
              </option>
            ))}
          </select>
        </label>
        <label className="field file">
          File
          <input type="file" name="file" required />
        </label>
        <button type="submit" className="button" disabled={isBusy}>
          {isBusy ? `${Math.round(state.progress! * 100)} %` : "Upload"}
        </button>
      </form>
      {isBusy && <progress value={state.progress} aria-label="Sent" />}
      {state.refused && (
        <div className="refused">
          <p role="alert">
            <strong>{state.refused.error.name}</strong>: {withBreaks(state.refused.error.message)}
          </p>
          {state.refused.requestId && (
            <button type="button" className="button quiet" onClick={() => setAsked(state.refused)}>
              Why?
            </button>
          )}
        </div>
      )}
      {asked && <Explanation attempt={asked} name={name} key={asked.requestId} />}
      {state.listed && (
        <div role="status">
          <h3>{state.folder}/ now holds</h3>
          <ul className="files">
            {state.listed.map(({ name, bytes }) => (
              <li key={name}>
                <span>{name}</span>
                <span>{bytes.toLocaleString("en")} bytes</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
