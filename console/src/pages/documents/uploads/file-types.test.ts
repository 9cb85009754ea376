import { ACCEPTED, contentTypeOf, isHidden } from './file-types.ts';

test('every accepted ending has a content type', () => {
  const endings = ACCEPTED.split(',');
  expect(endings).toContain('.hwpx');
  for (const ending of endings) expect(contentTypeOf(`a${ending}`)).toMatch(/^(application|text)\//);
});

test('other endings have none', () => {
  for (const name of ['a.exe', 'pdf', 'a.pdf.zip', 'a.', '', 'a.constructor'])
    expect(contentTypeOf(name)).toBeNull();
  expect(contentTypeOf('휴가 규정.PDF')).toBe('application/pdf');
});

test('files of the system are hidden', () => {
  expect(['.DS_Store', '~$report.docx', 'Thumbs.db'].every((name) => isHidden(name))).toBe(true);
  expect(isHidden('report.docx')).toBe(false);
});
