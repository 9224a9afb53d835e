import { useEffect, useState } from "react"
import type { FoldersConfig } from "../folders.ts"
import { Board } from "./board.tsx"
import { findMember, type Member } from "./session.ts"
import { SignIn } from "./sign-in.tsx"

export function App({ config }: { config: FoldersConfig }) {
  const [member, setMember] = useState<Member | null>()
  useEffect(() => {
    findMember(config).then((found) => setMember(found ?? null))
  }, [config])
  if (member === undefined) return null
  const signOut = () => {
    member?.signOut()
    setMember(null)
  }
  return (
    <>
      <header className="header">
        <a className="brand" href="/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M3 9a3 3 0 0 1 3-3h6l3 3h11a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3z" fill="currentColor" />
          </svg>
          Team folders
        </a>
        {member && (
          <div className="account">
            <span>
              <strong>{member.name}</strong>
              <span className="groups"> {member.groups.join(", ") || "in no group"}</span>
            </span>
            <button type="button" className="button quiet" onClick={signOut}>
              Sign out
            </button>
          </div>
        )}
      </header>
      {member ? (
        <Board config={config} member={member} key={member.name} />
      ) : (
        <SignIn config={config} onSignIn={setMember} />
      )}
    </>
  )
}
