import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import sirv from 'sirv';
import { defineConfig, type Plugin } from 'vite';

const pdfjs = path.dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')));

/** Files that pdf.js loads by name: character maps and fonts of PDFs that embed none, and decoders of images. */
const PDFJS_FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];

/** Copies the files of pdf.js to /pdfjs/ of the build, and serves them there during development. */
function pdfjsFiles(): Plugin {
  let target = '';
  return {
    name: 'pdfjs-files',
    configResolved({ root, build }) {
      target = path.join(root, build.outDir, 'pdfjs');
    },
    configureServer({ middlewares }) {
      middlewares.use('/pdfjs', sirv(pdfjs, { dev: true }));
    },
    closeBundle() {
      for (const folder of PDFJS_FOLDERS)
        cpSync(path.join(pdfjs, folder), path.join(target, folder), { recursive: true });
    },
  };
}

// oxlint-disable-next-line import/no-default-export -- Vite reads the default export
export default defineConfig({
  plugins: [react(), tailwind(), pdfjsFiles()],
  build: {
    target: 'baseline-widely-available',
    // An inlined file would break the content security policy.
    assetsInlineLimit: 0,
    // tests/console/budgets.test.ts adds up what each page downloads.
    manifest: true,
    modulePreload: { polyfill: false },
  },
});
