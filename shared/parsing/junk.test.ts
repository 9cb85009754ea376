import { createHash, randomBytes } from 'node:crypto';
import { isLeftOut, LEFT_OUT, leaveOutJunk } from './junk.ts';
import { parseDocument } from './parse.ts';

/** The same bytes in every run. */
const bytes = (length: number) =>
  Buffer.concat(
    Array.from({ length: length / 32 }, (_, i) => createHash('sha256').update(String(i)).digest()),
  );
const lined = (text: string, width: number) => text.replaceAll(new RegExp(`.{${width}}`, 'gu'), '$&\n');
const SCRIPT =
  'function a(b,c){var d=b+c;if(d>0){return d*2}else{for(var e=0;e<c;e++){d+=e}}return d}var f=a(1,2);';

test.each([
  ['base64', bytes(90_000).toString('base64')],
  ['base64 of a certificate, in lines', lined(bytes(3_200).toString('base64'), 64)],
  ['base64 whose lines were joined', lined(bytes(3_200).toString('base64'), 76).replaceAll('\n', ' ')],
  ['a picture in an address', `data:image/png;base64,${bytes(3_200).toString('base64')}`],
  ['hexadecimal digits', bytes(160).toString('hex')],
  ['one letter', 'A'.repeat(150_000)],
  ['letters without a blank', 'abcdefg'.repeat(20_000)],
  ['a minified script', SCRIPT.repeat(50)],
  ['a minified style sheet', '.a>b{color:red;margin:0 auto}'.repeat(100)],
])('%s is left out, and the text around it stays', (_what, junk) => {
  expect(leaveOutJunk(`앞의 글\n${junk}\nbehind`)).toMatch(
    /^앞의 글\s(?:data:image\/png;base64,)?\[…\]\sbehind$/u,
  );
});

test.each([
  ['Korean without blanks', '연차휴가는근로기준법에따라부여한다'.repeat(7_000)],
  ['Japanese', '有給休暇は六か月後に与えられます。'.repeat(7_000)],
  ['a long path', `/${'usr/local/share/documents/'.repeat(10)}read-me.txt`],
  ['a long address', `https://example.com/${'a-page-about-annual-leave/'.repeat(12)}?from=home`],
  ['a digest', createHash('sha256').update('a').digest('hex')],
  ['a line of prose', 'The robot (model A7) carries a box; it weighs 12 kg. '.repeat(100)],
  ['a row of a wide table', Array.from({ length: 400 }, (_, i) => `column ${i}: ${i * 7}`).join(' | ')],
  [
    'JSON on one line',
    JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ name: `robot ${i}`, kg: i }))),
  ],
  ['a word with many joints', 'Donau-dampf-schiff-fahrts-gesellschafts-kapitäns-'.repeat(5)],
])('%s stays', (_what, text) => expect(leaveOutJunk(text)).toBe(text));

test('a text of marks alone is junk', () => {
  expect([isLeftOut(`${LEFT_OUT}\n"`), isLeftOut(`${LEFT_OUT} 글`), isLeftOut('---')]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  ['text/plain', randomBytes(90_000).toString('base64')],
  ['text/plain', 'A'.repeat(150_000)],
  ['application/json', JSON.stringify(bytes(90_000).toString('base64'))],
  ['text/markdown', `\`\`\`\n${SCRIPT.repeat(100)}\n\`\`\``],
])('a file of %s that is only junk fails with words', async (contentType, text) => {
  const reading = parseDocument(new TextEncoder().encode(text), { contentType, filename: 'a' });
  await expect(reading).rejects.toMatchObject({
    code: 'empty_document',
    message: expect.stringMatching(/only encoded data or minified code/) as string,
  });
});
