import { SCOPES } from '#shared/core/roles.ts';
import { newKey, newTeam } from '#tests/support/api.ts';
import { createSelfSigned } from '#tests/support/certificates.ts';
import { newBotPath } from '#tests/support/chat.ts';
import {
  API_TLS,
  examine,
  failures,
  HEALTHY_ZONE,
  runDoctor,
  type World,
} from '#tests/support/doctor/examine.ts';
import { NOT_FOUND, readyWithout, reply } from '#tests/support/doctor/site.ts';
import { platform } from '#tests/support/platform.ts';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

describe('npm run doctor from outside', () => {
  test.each<[string, Omit<World, 'account'>, string[], number | undefined]>([
    [
      'a domain without delegation',
      { zone: { ns: { test: ['ns.test'] }, delegated: {} } },
      ['rag.test is delegated'],
      5,
    ],
    [
      'a parent zone with other name servers',
      { zone: { delegated: { 'rag.test': ['ns-3.awsdns-03.net'] } } },
      ['rag.test is delegated'],
      5,
    ],
    [
      'a missing record',
      { zone: { a: { ...HEALTHY_ZONE.a, 'api.rag.test': '' } } },
      ['api.rag.test resolves'],
      5,
    ],
    [
      'a certificate that expires soon',
      { tls: { api: createSelfSigned('api.rag.test', 10) } },
      ['certificate of api.rag.test'],
      5,
    ],
    [
      'TLS 1.1',
      { tls: { api: { ...API_TLS, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } } },
      ['api.rag.test refuses TLS below 1.2'],
      undefined,
    ],
    ['an API without Redis', { site: { 'GET api /ready': readyWithout('redis') } }, ['API /ready'], 1],
    ['an API without database', { site: { 'GET api /ready': readyWithout('database') } }, ['API /ready'], 3],
    [
      'an unhealthy embedder',
      { site: { 'GET embed /health': reply(503, {}) } },
      ['embedder /health'],
      undefined,
    ],
    ['missing documentation', { site: { 'GET api /docs': NOT_FOUND } }, ['API /docs'], undefined],
    [
      'any origin allowed',
      { site: { 'OPTIONS api /v1/teams': { status: 204, headers: { 'Access-Control-Allow-Origin': '*' } } } },
      ['preflight of a browser'],
      undefined,
    ],
    [
      'a missing firewall',
      { site: { 'GET api /health?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E': reply(200, {}) } },
      ['firewall refuses a script in a query'],
      undefined,
    ],
    [
      'errors in the gateway’s default format',
      {
        site: {
          'GET api /v1/there-is-no-such-route': reply(403, { message: 'Missing Authentication Token' }),
        },
      },
      ['errors are problem+json'],
      undefined,
    ],
    [
      'a missing redirect',
      { site: { 'GET plain /health': reply(200, {}) } },
      ['http goes to https'],
      undefined,
    ],
    [
      'a streamed route that fails',
      { site: { 'POST api /v1/chat/completions': reply(502, {}) } },
      ['streamed route answers'],
      undefined,
    ],
  ])('finds %s', async (_, world, names, lesson) => {
    const found = await examine({ ...world, args: ['--json', '--domain', 'rag.test'] });
    expect(failures(found)).toEqual(names.map((name) => ({ name, lesson })));
    expect(found.exitCode).toBe(1);
  });

  test('finds whether a given origin is allowed', async () => {
    const origin = 'https://app.rag.test';
    const args = ['--json', '--domain', 'rag.test', '--origin', origin];
    const allowed = { status: 204, headers: { 'Access-Control-Allow-Origin': origin } };
    expect(failures(await examine({ args, site: { 'OPTIONS api /v1/teams': allowed } }))).toEqual([]);
    expect(failures(await examine({ args }))).toEqual([
      { name: 'preflight of a browser', lesson: undefined },
    ]);
  });

  test('finds a certificate for another name', async () => {
    const found = await examine({
      tls: { api: createSelfSigned('other.test', 300) },
      args: ['--json', '--domain', 'rag.test'],
    });
    expect(failures(found)).toContainEqual({ name: 'certificate of api.rag.test', lesson: 5 });
  });
});

describe('npm run doctor on this machine', () => {
  test('reports no failure of a healthy platform', async () => {
    const { url } = await platform();
    const { results, exitCode } = await runDoctor(['--url', url, '--json'], {});
    expect(results.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test('asks a bot if it has a key, and reports the time to the first byte', async () => {
    const { url } = await platform();
    const team = await newTeam();
    await newBotPath(team, { model: 'builtin/extractive' });
    const { key } = await newKey(team, [...SCOPES]);
    const { results } = await runDoctor(['--url', url, '--json'], { RAG_API_KEY: key });
    const streamed = results.find(({ name }) => name === 'streamed route answers');
    expect(streamed).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/first byte after \d+ ms, all/),
    });
    const refused = await runDoctor(['--url', url, '--json'], { RAG_API_KEY: `${key}x` });
    expect(failures(refused).map(({ name }) => name)).toEqual(['streamed route answers']);
  });

  test('prints its usage for an unknown stage', async () => {
    const { output, exitCode } = await runDoctor(['--stage', 'production'], {});
    expect(output).toContain('There is no stage production');
    expect(output).toContain('npm run doctor -- --stage prod');
    expect(exitCode).toBe(1);
  });
});
