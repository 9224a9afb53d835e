import type { S3Client } from "@aws-sdk/client-s3"
import { type FormEvent, useState } from "react"
import { FOLDERS, type Folder, WAYS, type WayId } from "../folders.ts"
import { type Listed, listFolder, upload } from "./bucket.ts"

interface State {
  progress?: number
  error?: string
  listed?: Listed[]
  folder?: Folder
}

export function Uploads({ buckets }: { buckets: ReadonlyMap<WayId, S3Client> }) {
  const [state, setState] = useState<State>({})
  const isBusy = state.progress !== undefined

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const s3 = buckets.get(form.get("way") as WayId)!
    const folder = form.get("folder") as Folder
    setState({ progress: 0 })
    try {
      await upload(s3, folder, form.get("file") as File, (progress) => setState({ progress }))
      setState({ folder, listed: await listFolder(s3, folder) })
    } catch (error) {
      setState({ error: `${(error as Error).name}: ${(error as Error).message}` })
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
      {state.error && (
        <p className="error" role="alert">
          {state.error}
        </p>
      )}
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
