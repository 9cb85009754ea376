import { getManifest, HASHING_MODEL, identityOf, isNamed } from './manifest.ts';

test('the identity has everything that determines a vector', () => {
  expect(identityOf(getManifest('multilingual-e5-small'))).toBe(
    'multilingual-e5-small@761b726dd34fb83930e26aab4e9ac3899aa1fa78:int8:mean',
  );
  expect(identityOf(HASHING_MODEL)).toBe('builtin/hashing@v1:fp32:sum');
});

test('a model has its id and aliases for names, and no other', () => {
  const e5 = getManifest('intfloat/multilingual-e5-small');
  expect(e5.id).toBe('multilingual-e5-small');
  expect(isNamed(e5, 'Xenova/multilingual-e5-small')).toBe(true);
  expect(isNamed(e5, 'text-embedding-3-small')).toBe(false);
});

test('an unknown model is refused with a list of the known ones', () => {
  expect(() => getManifest('e5-large')).toThrow(
    "EMBEDDING_MODEL: no model 'e5-large', and no folder of this name with a manifest.json. Known: multilingual-e5-small, paraphrase-multilingual-MiniLM-L12-v2, builtin/hashing. docs/models.md describes how to bring another one.",
  );
});
