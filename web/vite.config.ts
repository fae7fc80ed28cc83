import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { readerFiles } from "./vite/files.ts";
import { offline } from "./vite/offline.ts";
import { precompress } from "./vite/precompress.ts";

/**
 * npm run build         the page of `inkread serve`, into the Python package
 * npm run build:static  the same page as plain files for any host: no server, so no request to one
 */
export default defineConfig(({ mode }) => {
  const withServer = mode !== "static";
  return {
    base: withServer ? "/" : "./",
    plugins: [react(), tailwindcss(), offline(), withServer && precompress("node_modules/.cache/inkread")],
    define: { __WITH_SERVER__: JSON.stringify(withServer), __READER_FILES__: readerFiles() },
    worker: { format: "es" },
    build: {
      outDir: withServer ? "../src/inkread/service/page" : "dist-static",
      emptyOutDir: true, // the folder lies outside of web/
      target: "es2022",
      assetsInlineLimit: 0, // the content security policy allows no script or worker from a data URL
      modulePreload: { polyfill: false },
    },
    server: {
      fs: { allow: [".."] }, // the model file lies in the Python package
      proxy: { "/api": "http://127.0.0.1:8000", "/predict": "http://127.0.0.1:8000" },
    },
    test: { include: ["src/**/*.test.{ts,tsx}"] },
  };
});
