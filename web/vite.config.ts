import { defineConfig } from "vitest/config";

import { serviceWorker } from "./src/worker/build.ts";

export default defineConfig({
  base: "/gallery/",
  plugins: [serviceWorker()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    // no inline assets and no injected helper: the page runs under a Content-Security-Policy
    // that allows nothing but its own files
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // how long a test takes says how busy the machine is
  test: { include: ["tests/**/*.test.ts"], testTimeout: 30_000 },
});
