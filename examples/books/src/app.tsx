import { useCallback, useEffect, useState } from "react"
import type { ShopConfig } from "../shop.ts"
import { Door } from "./door.tsx"
import { GuestPage } from "./guest-page.tsx"
import { whoIsThere } from "./session.ts"

type Place = "unknown" | "guest" | "members"

/** Guests stay outside; whoever wants in goes through the Authenticator; whoever has signed in before is in at once. */
export function App({ config }: { config: ShopConfig }) {
  const [place, setPlace] = useState<Place>("unknown")
  useEffect(() => {
    whoIsThere().then((who) => setPlace(who ? "members" : "guest"))
  }, [])
  const leave = useCallback(() => setPlace("guest"), [])
  if (place === "unknown") return null
  if (place === "guest") return <GuestPage config={config} onSignIn={() => setPlace("members")} />
  return <Door config={config} onLeave={leave} />
}
