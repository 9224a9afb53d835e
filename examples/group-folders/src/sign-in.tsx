import { type FormEvent, useState } from "react"
import { type FoldersConfig, PASSWORD, PEOPLE } from "../folders.ts"
import { type Member, signIn } from "./session.ts"

export function SignIn({ config, onSignIn }: { config: FoldersConfig; onSignIn(member: Member): void }) {
  const [name, setName] = useState<string>(PEOPLE[0]!.name)
  const [password, setPassword] = useState(PASSWORD)
  const [error, setError] = useState("")
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setError("")
    await signIn(config, name, password).then(onSignIn, (refused: Error) => {
      setError(refused.message)
      setBusy(false)
    })
  }
  return (
    <main className="page front">
      <div>
        <h1>One bucket, a folder for each group</h1>
        <p className="lead">
          There are three ways to give a group its folder. Sign in as somebody, and see side by side what each way lets
          them do, and for every refusal which statement of which policy it was.
        </p>
      </div>
      <form className="card" onSubmit={submit}>
        <fieldset>
          <legend>Sign in as</legend>
          {PEOPLE.map((person) => (
            <label className="person" key={person.name}>
              <input
                type="radio"
                name="name"
                value={person.name}
                checked={name === person.name}
                onChange={() => setName(person.name)}
              />
              <strong>{person.name}</strong>
              <span>{person.groups.join(", ") || "in no group"}</span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          Password
          <input
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        {error && (
          <p className="error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" className="button" disabled={isBusy}>
          {isBusy ? "Signing in …" : "Sign in"}
        </button>
      </form>
    </main>
  )
}
