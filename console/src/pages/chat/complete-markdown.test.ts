import { completeMarkdown } from './complete-markdown.ts';

test.each([
  ['an open emphasis is closed', 'It is **very imp', 'It is **very imp**'],
  ['an emphasis that has only begun is left', 'It is **', 'It is **'],
  ['a closed one stays', 'It is **so** and', 'It is **so** and'],
  ['open code is closed', 'Call `run', 'Call `run`'],
  ['asterisks in code are text', 'Use `a ** b` now', 'Use `a ** b` now'],
  ['a link without its end is left out', 'See [the rules](https://exa', 'See '],
  ['a marker without its end is left out', 'Fifteen days. [1', 'Fifteen days. '],
  ['earlier paragraphs stay as they are', 'a ** b\n\nnow `x', 'a ** b\n\nnow `x`'],
  ['a fence that is open is code to its end', '```\nlist[1', '```\nlist[1'],
])('%s', (_name, text, completed) => {
  expect(completeMarkdown(text)).toBe(completed);
});
