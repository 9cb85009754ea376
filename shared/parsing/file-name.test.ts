import { nameFault, toFileName } from './file-name.ts';

test.each([
  '취업 규칙.pdf',
  'a..b.txt',
  '.env',
  '$filename',
  '{filename}',
  'שלום.txt',
  'e\u0301.md',
  '👨‍👩‍👧.txt',
])('%j is a name', (name) => expect(nameFault(name)).toBeNull());

test.each([
  '..',
  '.',
  '...',
  'a/b',
  'a\\b',
  'a\u0000b',
  'a\r\nb',
  'a\u001b[31m',
  'a\u0085b',
  '\u202egpj.exe.txt',
  'a\u2066b\u2069',
  '${filename}',
  'x-${filename}.txt',
])('%j is none, and is made one', (name) => {
  expect(nameFault(name)).toMatch(/^must /);
  expect(nameFault(toFileName(name, 'page'))).toBeNull();
});

test('a name that nothing is left of gets the fallback', () => {
  expect(toFileName('..', 'example.com')).toBe('example.com');
  expect(toFileName('\u202e', 'example.com')).toBe('example.com');
});
