import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import type { ShopConfig } from "../shop.ts"
import { App } from "./app.tsx"
import { configureAmplify } from "./session.ts"
import "@aws-amplify/ui-react/styles.css"
import "./style.css"

const config = (await (await fetch("/config.json")).json()) as ShopConfig
configureAmplify(config)

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App config={config} />
  </StrictMode>,
)
