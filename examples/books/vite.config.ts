import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

export default defineConfig({
  plugins: [react()],
  // The SDK and Amplify are one chunk; a warning about its size would be about them.
  build: { chunkSizeWarningLimit: 2_000 },
})
