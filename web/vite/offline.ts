import { VitePWA } from "vite-plugin-pwa";

/**
 * The manifest that makes the page installable, and the service worker that keeps page, WebAssembly and the model
 * for one digit. The model for pages is not for everybody: who asks for it keeps it (src/readers/download.ts).
 *
 * A new version waits until the page says so (src/offline.ts), so that no drawing is lost to a reload. All paths are
 * relative: the static build works from any folder of a host.
 */
export function offline() {
  return VitePWA({
    registerType: "prompt",
    injectRegister: false, // src/offline.ts registers it
    manifest: {
      id: "./",
      start_url: "./",
      scope: "./",
      name: "Inkread",
      short_name: "Inkread",
      description: "Reads handwritten digits as people really write them.",
      lang: "en",
      display: "standalone",
      background_color: "#f3f0e8",
      theme_color: "#f3f0e8",
      categories: ["education", "utilities"],
      icons: [
        { src: "icon-192.png", sizes: "192x192", type: "image/png" },
        { src: "icon-512.png", sizes: "512x512", type: "image/png" },
        { src: "icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
      ],
    },
    workbox: {
      globPatterns: ["**/*.{css,html,js,onnx,png,svg,wasm}"],
      globIgnores: ["404.*", "**/page-*.onnx"],
      inlineWorkboxRuntime: true, // one file
      maximumFileSizeToCacheInBytes: 40_000_000,
      // an address the page does not know is the server's to answer, with its 404 page
      navigateFallback: "index.html",
      navigateFallbackAllowlist: [/^\/(account|beat|history|review)$/],
    },
  });
}
