import { expectProblem, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';

const NFD = '한글 이름.pdf'.normalize('NFD');
const NFC = '한글 이름.pdf'.normalize('NFC');

let team: Team;

beforeAll(async () => {
  team = await newTeam();
});

test('Korean typed on macOS (NFD) is stored and returned as NFC, on every route', async () => {
  const { owner, path } = team;
  expect(NFD).not.toBe(NFC);
  const keyed = await owner.post(`${path}/api-keys`, { name: NFD, scopes: ['search'] });
  const bot = await owner.post(`${path}/bots`, { name: NFD, instructions: NFD });
  const collection = await owner.post(`${path}/collections`, { name: NFD, description: NFD });
  const document = await owner.post<{ document: object }>(`${path}/documents`, {
    filename: NFD,
    content_type: 'application/pdf',
    size_bytes: 10,
    metadata: { [NFD]: NFD },
  });
  expect((await owner.post('/v1/teams', { name: NFD })).body).toMatchObject({ name: NFC });
  expect((await owner.patch(path, { name: NFD })).body).toMatchObject({ name: NFC });
  expect(keyed.body).toMatchObject({ name: NFC });
  expect(bot.body).toMatchObject({ name: NFC, instructions: NFC });
  expect(collection.body).toMatchObject({ name: NFC, description: NFC });
  expect(document.body.document).toMatchObject({ filename: NFC, metadata: { [NFC]: NFC } });
});

test('a name in NFD equals the one in NFC: it exists already', async () => {
  const { owner, path } = team;
  succeeded(await owner.post(`${path}/collections`, { name: '규정'.normalize('NFC') }));
  expectProblem(
    await owner.post(`${path}/collections`, { name: '규정'.normalize('NFD') }),
    409,
    'already_exists',
  );
});

test('a query parameter in NFD finds what is stored as NFC', async () => {
  const { owner, path } = team;
  const filename = '보고서.pdf';
  await owner.post(`${path}/documents`, { filename, content_type: 'application/pdf', size_bytes: 10 });
  const query = encodeURIComponent('보고서'.normalize('NFD'));
  const found = succeeded(await owner.get<{ data: object[] }>(`${path}/documents?q=${query}`));
  expect(found.data).toMatchObject([{ filename }]);
});

test.each(['a\\u0000b', '\\u0000', '한\\u0000글'])(
  'a NUL character (%s), which no text can hold, is refused: 400',
  async (text) => {
    for (const body of [`{"name":"${text}"}`, `{"name":"x","${text}":1}`])
      expectProblem(await team.owner.post('/v1/teams', body), 400, 'invalid_request');
    expectProblem(await team.owner.get(`${team.path}/documents?q=%00`), 400, 'invalid_request');
  },
);

test('a lone surrogate is replaced', async () => {
  const { body } = await team.owner.post<{ name: string }>('/v1/teams', '{"name":"x\\ud83dy"}');
  expect(body.name).toBe('x\ufffdy');
});

test.each([
  '😀👩‍👩‍👧‍👦🇰🇷',
  '‮gnp.exe',
  '１２３ ﬀ',
  'İıŞş',
  '漢字かな',
  '<b>&amp;"\'',
  '${x} {{x}} %s',
  "Robert'); --",
])('the name %s is returned as it was sent', async (name) => {
  expect((await team.owner.post('/v1/teams', { name })).body).toMatchObject({ name });
});

test('a text of 100,000 characters is refused as a name, and accepted where long texts are allowed', async () => {
  const { owner, path } = team;
  const long = '가나다라마 '.repeat(16_667);
  expectProblem(await owner.post('/v1/teams', { name: long }), 422, 'validation_failed');
  expectProblem(
    await owner.post(`${path}/bots`, { name: 'x', instructions: long }),
    422,
    'validation_failed',
  );
  expectProblem(await owner.post(`${path}/search`, { query: long }), 422);
  const document = await owner.post(`${path}/documents/text`, { title: '긴 글', text: long });
  expect(document.status).toBe(202);
});

test('fields with the names of object internals are unknown fields', async () => {
  const body = `{"name":"x","__proto__":{"name":"y","is_admin":true},"constructor":{"prototype":{"is_admin":true}},"toString":7}`;
  const refused = await team.owner.post('/v1/teams', body);
  expectProblem(refused, 422, 'validation_failed');
  const paths = (refused.body.errors as { path: string }[]).map(({ path }) => path);
  expect(new Set(paths)).toEqual(new Set(['__proto__', 'constructor', 'toString']));
  const { url } = await platform();
  expect(await (await fetch(`${url}/health`)).json()).not.toHaveProperty('is_admin');
  for (const only of ['{"__proto__":{"name":"x"}}', '{"constructor":{"name":"x"}}'])
    expectProblem(await team.owner.post('/v1/teams', only), 422, 'validation_failed');
});

test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])(
  'a metadata key named %s never causes a 500',
  async (name) => {
    const body = `{"filename":"x.pdf","content_type":"application/pdf","size_bytes":1,"metadata":{"${name}":"x"}}`;
    const created = await team.owner.post(`${team.path}/documents`, body);
    expect([201, 422]).toContain(created.status);
  },
);
