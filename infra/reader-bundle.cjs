// Bundles the program of the readers beside the function that starts them: a reader is a process of its own, and the
// framework bundles handlers only. It puts what lies below `__only_<function>` into the zip of that function alone.
const path = require('node:path');

const FUNCTION = 'ingest';
const HANDLER = `functions/${FUNCTION}/handler.ts`;
const PROGRAM = 'shared/ingestion/reader/child.ts';
const BUNDLE = `__only_${FUNCTION}/functions/${FUNCTION}/reader.mjs`;

const readerBundle = {
  name: 'reader-bundle',
  setup({ initialOptions, esbuild, onEnd }) {
    const { entryPoints, outdir, ...options } = initialOptions;
    if (![entryPoints].flat().includes(HANDLER)) return;
    const buildDirectory = path.resolve(outdir, path.relative(path.dirname(HANDLER), '.'));
    onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      const outfile = path.join(buildDirectory, BUNDLE);
      await esbuild.build({ ...options, entryPoints: [PROGRAM], outfile, plugins: [] });
    });
  },
};

module.exports = [readerBundle];
