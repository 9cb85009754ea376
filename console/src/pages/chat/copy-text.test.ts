import { copyText } from './copy-text.ts';

const WORDS = { sources: 'Sources:', page: (page: number) => `p. ${page}` };
const leave = {
  index: 1,
  filename: 'work-rules.pdf',
  page: 3,
  quote: 'Fifteen days\nof leave.',
  url: 'https://console.example/documents/a?chunk=b',
};

test('a copied answer names file, page, quote and address of each source', () => {
  expect(copyText('You get 15 days. [1]\n', [leave], WORDS)).toBe(
    'You get 15 days. [1]\n\nSources:\n[1] work-rules.pdf, p. 3: “Fifteen days of leave.” https://console.example/documents/a?chunk=b',
  );
});

test('a source that is cited twice with the same quote is listed once', () => {
  const lines = copyText('One. [1] Two. [1]', [leave, leave], WORDS).split('\n');
  expect(lines).toHaveLength(4);
});

test('a document without pages is named alone, and an answer without sources is only itself', () => {
  expect(copyText('x', [{ ...leave, page: null }], WORDS)).toContain('[1] work-rules.pdf: “');
  expect(copyText(' Nothing found. ', [], WORDS)).toBe('Nothing found.');
});
