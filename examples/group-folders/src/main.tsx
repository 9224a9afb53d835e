import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import type { FoldersConfig } from "../folders.ts"
import { App } from "./app.tsx"
import "./style.css"

const config = (await (await fetch("/config.json")).json()) as FoldersConfig

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App config={config} />
  </StrictMode>,
)
