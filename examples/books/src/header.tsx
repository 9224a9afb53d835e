import type { Who } from "./session.ts"

export interface HeaderProps {
  who?: Who | undefined
  action: { text: string; run(): void }
  className?: string
}

export function Header({ who, action, className = "" }: HeaderProps) {
  return (
    <header className={`header ${className}`}>
      <a className="brand" href="/">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M8 6h13a3 3 0 0 1 3 3v17H11a3 3 0 0 1-3-3z" fill="currentColor" />
          <path d="M11 22h13" stroke="var(--paper)" strokeWidth="1.8" />
        </svg>
        Paper &amp; Pass
      </a>
      <div className="account">
        {who && (
          <span className="who">
            <span className="email">{who.email}</span>
            <span className="badge" title={`Role ${who.role}`}>
              {who.groups.join(", ") || "No group yet"}
            </span>
          </span>
        )}
        <button type="button" className="button quiet" onClick={action.run}>
          {action.text}
        </button>
      </div>
    </header>
  )
}
