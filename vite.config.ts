import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: "web",
  plugins: [react()],
  build: { outDir: "../dist/web", emptyOutDir: true, chunkSizeWarningLimit: 800 },
  server: { host: "127.0.0.1", proxy: { "/socket.io": { target: "http://127.0.0.1:4600", ws: true }, "/api": "http://127.0.0.1:4600" } },
  test: {
    root: ".",
    include: ["{shared,server,web,e2e}/**/*.test.{ts,tsx}"],
    setupFiles: ["e2e/support/property-seed.ts"],
    testTimeout: 20_000,
  },
});
