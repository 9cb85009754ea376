import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Tokenizer } from '@huggingface/tokenizers';
import { createTokenizer } from '#embedder/tokenizer/tokenizer.ts';
import { compileUnigram, createUnigram } from '#embedder/tokenizer/unigram.ts';
import { hashOfIds, makeTokenizerLines } from '#tests/support/models/tokenizer-lines.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The real tokenizer: downloaded with the model, or in a folder beside the repository. */
const REAL = [
  { path: join(ROOT, '.models/multilingual-e5-small/tokenizer.json'), open: readFileSync },
  {
    path: join(ROOT, '../shared/models/multilingual-e5-small/tokenizer.json.gz'),
    open: (path: string) => gunzipSync(readFileSync(path)),
  },
].find(({ path }) => existsSync(path));

type Fixture = { tokenizer_sha256: string; hashes: string };

// Runs only where the file is present (17 MB, not part of this repository).
const withRealTokenizer = REAL ? test : () => {};
withRealTokenizer('on 6,000 lines of every kind the ids equal those of the native tokenizers', () => {
  const fixture = readFixture('native-token-ids.json');
  const json = REAL!.open(REAL!.path);
  expect(createHash('sha256').update(json).digest('hex')).toBe(fixture.tokenizer_sha256);
  expect(Buffer.from(fixture.hashes, 'base64')).toHaveLength(6_000 * 4);
  expect(differentLines(JSON.parse(String(json)), fixture)).toEqual([]);
});

function readFixture(name: string): Fixture {
  return JSON.parse(readFileSync(join(ROOT, 'tests/fixtures', name), 'utf8')) as Fixture;
}

/** The lines whose ids are not those of the fixture. */
function differentLines(file: unknown, fixture: Fixture): string[] {
  const tokenizer = createTokenizer({ file, config: {}, maxTokens: 1_000_000 });
  const bytes = Buffer.from(fixture.hashes, 'base64');
  return makeTokenizerLines(bytes.length / 4).filter(
    (line, i) => hashOfIds(tokenizer.encode(line, '').ids.slice(1, -1)) !== bytes.readUInt32LE(i * 4),
  );
}

withRealTokenizer('so do those of the form that newer exports write', () => {
  const file = JSON.parse(String(REAL!.open(REAL!.path))) as { normalizer: { normalizers: object[] } };
  const newer = {
    ...file,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        file.normalizer.normalizers[0],
        { type: 'Strip', strip_left: false, strip_right: true },
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '▁' },
      ],
    },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  };
  expect(compileUnigram(newer)).not.toBeNull();
  expect(differentLines(newer, readFixture('native-token-ids-newer.json'))).toEqual([]);
});

/** A unigram tokenizer.json of pieces with up to four characters from the lines; no two splits score the same. */
function makeUnigram(lines: string[]): { model: object; [step: string]: unknown } {
  const pieces = new Set(['▁']);
  for (const word of lines.flatMap((line) => line.split(' '))) {
    const marked = `▁${word}`;
    for (let at = 0; at < marked.length; at += 1) pieces.add(marked.slice(at, at + 1 + (at % 4)));
  }
  const vocab = Array.from(pieces, (piece, i) => [piece, -10 - Math.sqrt(i + 2) / 5]);
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
    post_processor: null,
    decoder: null,
    model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ...vocab] },
  };
}

test('with another vocabulary the ids equal those of the library, on plain lines where the library is exact', () => {
  const plain = makeTokenizerLines(6_000)
    .filter((line) => /^[ -;=?-~가-힣]*$/.test(line))
    .map((line) => line.trim());
  expect(plain.length).toBeGreaterThan(400);
  const file = makeUnigram(plain.slice(0, 200));
  const library = new Tokenizer(file, {});
  const encode = createUnigram(compileUnigram(file)!);
  const different = plain.filter((line) => {
    const ids = library.encode(line, { add_special_tokens: false }).ids;
    return encode(line, 1_000_000).join() !== ids.join();
  });
  expect(different).toEqual([]);
});

describe('a tokenizer.json of another form is not compiled', () => {
  const file = makeUnigram(['hello world']);
  test.each([
    ['another model', { model: { ...file.model, type: 'WordPiece' } }],
    ['bytes for unknown characters', { model: { ...file.model, byte_fallback: true } }],
    ['another normalizer', { normalizer: { type: 'Lowercase' } }],
    ['another replacement', { normalizer: { type: 'Replace', pattern: { String: 'a' }, content: 'b' } }],
    ['a part that is unknown', { normalizer: { type: 'Sequence', normalizers: [{ type: 'Lowercase' }] } }],
    ['another split into words', { pre_tokenizer: { type: 'ByteLevel' } }],
    [
      'no space in front',
      { pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never' } },
    ],
  ])('%s', (_, changes) => {
    expect(compileUnigram({ ...file, ...changes })).toBeNull();
  });
});

test('a damaged charsmap is refused', () => {
  const normalizer = { type: 'Precompiled', precompiled_charsmap: 'AAAAAAAA' };
  expect(() => compileUnigram({ ...makeUnigram(['a']), normalizer })).toThrow(
    '`precompiled_charsmap` is damaged',
  );
});
