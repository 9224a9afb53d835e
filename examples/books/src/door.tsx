import { type WithAuthenticatorProps, withAuthenticator } from "@aws-amplify/ui-react"
import type { ShopConfig } from "../shop.ts"
import { Header } from "./header.tsx"
import { MemberPage } from "./member-page.tsx"

interface DoorProps extends WithAuthenticatorProps {
  config: ShopConfig
  onLeave(): void
}

function Members({ config, signOut, onLeave }: DoorProps) {
  return (
    <MemberPage
      config={config}
      onSignOut={() => {
        signOut?.()
        onLeave()
      }}
    />
  )
}

const MailHint = () => (
  <p className="hint">
    No mail leaves this machine. Read yours with <code>npx hallpass outbox</code>
  </p>
)

/** Amplify's own Authenticator, as every Amplify application has it, with our header above. */
const Guarded = withAuthenticator(Members, {
  variation: "default",
  components: {
    ConfirmSignUp: { Footer: MailHint },
    ForgotPassword: { Footer: MailHint },
    ConfirmResetPassword: { Footer: MailHint },
  },
})

export function Door({ config, onLeave }: { config: ShopConfig; onLeave(): void }) {
  return (
    <div className="door">
      <Header className="door-header" action={{ text: "Back", run: onLeave }} />
      <Guarded config={config} onLeave={onLeave} />
    </div>
  )
}
