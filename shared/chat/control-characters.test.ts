import { ControlCharacterFilter } from './control-characters.ts';

/** The text cleaned whole, and cut at each place into two deltas. */
function cleanedAll(text: string): Set<string> {
  return new Set(
    Array.from({ length: text.length + 1 }, (_, at) => {
      const filter = new ControlCharacterFilter();
      return filter.push(text.slice(0, at)) + filter.push(text.slice(at)) + filter.flush();
    }),
  );
}

test.each([
  ['colours', 'a\u001B[31;1mred\u001B[0m b', 'ared b'],
  ['a link of a terminal', 'a\u001B]8;;https://evil.test\u001B\\x\u001B]8;;\u0007b', 'axb'],
  ['an eight-bit sequence', 'a\u009B2Jb', 'ab'],
  ['a short sequence', 'a\u001B7b\u001Bcd', 'abd'],
  ['control characters', 'a\u0000\u0007\u0008\u007F\u0085b\r\n\tc', 'ab\n\tc'],
  ['turned text', 'a\u202Egpj.exe\u202C\u2066b\u2069', 'agpj.exeb'],
  ['hidden tags', 'a\u{E0041}\u{E007F}b', 'ab'],
  ['an unfinished sequence', 'a\u001B[31', 'a[31'],
  ['ordinary text', '연차 😀 é [1]\n\n- x', '연차 😀 é [1]\n\n- x'],
])('removes %s, wherever the stream is cut', (_what, text, clean) => {
  expect(cleanedAll(text)).toEqual(new Set([clean]));
});
