import { randomUUID } from 'node:crypto';
import { documentKey, parseDocumentKey } from './document-keys.ts';

test('a document’s key can be parsed back into its ids', () => {
  const [teamId, documentId] = [randomUUID(), randomUUID()];
  expect(parseDocumentKey(documentKey(teamId, documentId))).toEqual({ teamId, documentId });
});

test('a document’s key holds ids only, nothing that a client chose', () => {
  expect(documentKey(randomUUID(), randomUUID())).toMatch(/^teams\/[0-9a-f-]{36}\/documents\/[0-9a-f-]{36}$/);
});

test.each([
  '',
  'teams/x/documents/y',
  `teams/${randomUUID()}/documents/${randomUUID()}.pdf`,
  `/${documentKey(randomUUID(), randomUUID())}`,
])('the key of another object is no document’s: %s', (key) => {
  expect(parseDocumentKey(key)).toBeNull();
});
