import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Kinds of files that get smaller; fonts are packed as they are. */
const PACKED = /\.(js|css|svg)$/;

/** Writes the packed forms of every asset, as small as can be, so that the server packs nothing. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        if (!PACKED.test(name)) continue;
        const content = Buffer.from(file.type === "chunk" ? file.code : file.source);
        const best = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content, { params: best }));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), packed()],
  build: {
    target: "es2022",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    // Nothing is put into the page itself: the content policy lets no data address run or be a font.
    assetsInlineLimit: 0,
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/test/setup.ts"],
    // The ES build of antd imports without extensions, which only the bundler resolves.
    server: { deps: { inline: [/antd/, /@rc-component/, /@ant-design/] } },
  },
});
