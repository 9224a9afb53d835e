import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

export default defineConfig({
  plugins: [react()],
  // amazon-cognito-identity-js and its buffer were written for Node's name of the global object.
  define: { global: "globalThis" },
  build: { chunkSizeWarningLimit: 2_000 },
})
