/**
 * Writes cmap-data.ts. Run it for every new major version of pdf.js:
 *   cd "$(mktemp -d)" && npm pack pdfjs-dist@6.1.200 && tar xzf pdfjs-dist-*.tgz
 *   node shared/parsing/pdf/make-cmap-data.ts <that folder>/package/cmaps
 * Packs the CMaps that ISO 32000-1 predefines (table 118) and the four that map a character collection to Unicode.
 * A PDF cannot refer to the others that pdf.js ships.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const BOTH_DIRECTIONS =
  'GB-EUC GBpc-EUC GBK-EUC GBKp-EUC GBK2K UniGB-UCS2 UniGB-UTF16 B5pc HKscs-B5 ETen-B5 ETenms-B5 CNS-EUC UniCNS-UCS2 UniCNS-UTF16 90ms-RKSJ 90msp-RKSJ 90pv-RKSJ Add-RKSJ EUC Ext-RKSJ UniJIS-UCS2 UniJIS-UCS2-HW UniJIS-UTF16 KSC-EUC KSCms-UHC KSCms-UHC-HW KSCpc-EUC UniKS-UCS2 UniKS-UTF16';
const NAMES = [
  ...BOTH_DIRECTIONS.split(' ').flatMap((name) => [`${name}-H`, `${name}-V`]),
  ...'83pv-RKSJ-H H V Adobe-Korea1-UCS2 Adobe-Japan1-UCS2 Adobe-GB1-UCS2 Adobe-CNS1-UCS2'.split(' '),
];

const folder = process.argv[2] ?? '';
const maps = NAMES.map((name) => ({ name, bytes: readFileSync(`${folder}/${name}.bcmap`) }));
const index = Buffer.from(JSON.stringify(maps.map(({ name, bytes }) => [name, bytes.length])));
const size = Buffer.alloc(4);
size.writeUInt32LE(index.length);
const packed = brotliCompressSync(Buffer.concat([size, index, ...maps.map(({ bytes }) => bytes)]), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
});
const licence = readFileSync(`${folder}/LICENSE`, 'utf8')
  .replaceAll('%%Copyright: ', '')
  .replaceAll('%%Copyright:', '');
writeFileSync(
  new URL('./cmap-data.ts', import.meta.url),
  `/* Made by make-cmap-data.ts from pdf.js's packed CMaps; never edited by hand. Their licence:\n\n${licence.trim()}\n*/\n` +
    `/** Brotli, in base64: length of the index, index (JSON, [name, bytes][]), then the CMaps one after another. */\n` +
    `export const PACKED_CMAPS =\n  '${packed.toString('base64')}';\n`,
);
