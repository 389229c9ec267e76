import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { OLDEST } from "./build/browsers.ts";
import { namedManifest, packedCopies, pictures, withoutRule } from "./build/output.ts";
import { serviceWorker } from "./build/worker.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = here("../app/static");

export default defineConfig({
  base: "./",
  publicDir: false,
  logLevel: "warn",
  css: {
    postcss: { plugins: [withoutRule("legend + *")] }, // styles a whole table anew as rows come and go
    preprocessorOptions: {
      // Bootstrap 5.3 is written with @import and the older colour functions.
      scss: { quietDeps: true, silenceDeprecations: ["import"] },
    },
  },
  build: {
    outDir: folder,
    emptyOutDir: false, // namedManifest removes what an earlier build left
    assetsInlineLimit: 0, // the content policy allows fonts from our own address only
    cssCodeSplit: true,
    target: OLDEST,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: {
        main: here("src/main.ts"),
        grid: here("src/islands/grid/main.ts"),
        "grid-start": here("src/islands/grid/start.ts"), // named, so that the page can preload it
        office: here("src/styles/office.scss"),
        fonts: here("src/styles/fonts.css"),
      },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  plugins: [
    pictures(
      here("icons.json"),
      here("node_modules/@tabler/icons/icons/outline"),
      here("src/seal.svg"),
      here("src/icons"),
    ),
    serviceWorker(here("src/worker/main.ts"), "sw.js"),
    packedCopies(),
    namedManifest(folder),
  ],
});
