import { randomUUID } from 'node:crypto';
import { documentKey, readDocumentKey } from './storage.ts';

test('a document’s key can be read back', () => {
  const [teamId, documentId] = [randomUUID(), randomUUID()];
  expect(readDocumentKey(documentKey(teamId, documentId))).toEqual({ teamId, documentId });
});

test('a document’s key holds nothing that a client chose', () => {
  expect(documentKey(randomUUID(), randomUUID())).toMatch(/^teams\/[0-9a-f-]{36}\/documents\/[0-9a-f-]{36}$/);
});

test.each([
  '',
  'teams/x/documents/y',
  `teams/${randomUUID()}/documents/${randomUUID()}.pdf`,
  `/${documentKey(randomUUID(), randomUUID())}`,
])('another object’s key is nobody’s: %s', (key) => {
  expect(readDocumentKey(key)).toBeNull();
});
