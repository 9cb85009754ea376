import { type Client, expectProblem, type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { addText, type Document, settled } from '#tests/support/upload.ts';

let team: Team;
let owner: Client;
const documents = () => `${team.path}/documents`;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
});

describe('documents given as text', () => {
  test('are accepted, ingested as Markdown and found', async () => {
    const answer = await owner.post<{ document: Document }>(`${documents()}/text`, {
      title: '공지'.normalize('NFD'),
      text: '# 구내식당\n\n구내식당은 오전 11시에 문을 연다.'.normalize('NFD'),
      metadata: { kind: 'notice' },
    });
    expect(answer.status).toBe(202);
    expect(answer.body.document).toMatchObject({ filename: '공지', metadata: { kind: 'notice' } });
    const document = await addText(
      owner,
      team.path,
      '# 구내식당\n\n구내식당은 오전 11시에 문을 연다.'.normalize('NFD'),
    );
    const { data } = succeeded(
      await owner.get<{ data: { heading: string; text: string }[] }>(`${documents()}/${document.id}/chunks`),
    );
    expect(data).toMatchObject([{ heading: '구내식당' }]);
    expect(data[0]?.text).toContain('구내식당은 오전 11시에 문을 연다.');
  });

  test.each<[string, Json, string]>([
    ['no title', { text: 'b' }, 'title'],
    ['no text', { title: 'a' }, 'text'],
    ['blank text', { title: 'a', text: ' \n ' }, 'text'],
    ['text of another type', { title: 'a', text: ['b'] }, 'text'],
  ])('with %s are refused by field', async (_what, body, path) => {
    const answer = await owner.post(`${documents()}/text`, body);
    expectProblem(answer, 422, 'validation_failed');
    expect(new Set((answer.body.errors as { path: string }[]).map((each) => each.path))).toEqual(
      new Set([path]),
    );
  });

  test('with NUL characters are refused, not stored', async () => {
    expectProblem(
      await owner.post(`${documents()}/text`, { title: 'a', text: 'b\0c' }),
      400,
      'invalid_request',
    );
  });

  test('of more than a megabyte are a 413', async () => {
    const answer = await owner.post(`${documents()}/text`, { title: 'a', text: 'x'.repeat(1_100_000) });
    expectProblem(answer, 413, 'payload_too_large');
  });
});

describe('documents given as a web address', () => {
  test.each([
    ['loopback', 'http://127.0.0.1/'],
    ['the loopback name', 'http://localhost/'],
    ['all interfaces', 'http://0.0.0.0/'],
    ['loopback of IPv6', 'http://[::1]/'],
    ['loopback mapped into IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['loopback mapped in hex', 'http://[::ffff:7f00:1]/'],
    ['loopback in decimal', 'http://2130706433/'],
    ['loopback in octal', 'http://0177.0.0.1/'],
    ['loopback in hex', 'http://0x7f.1/'],
    ['loopback in full-width digits', 'http://１２７.０.０.１/'],
    ['a private network', 'http://10.0.0.5/'],
    ['another private network', 'http://192.168.1.1/'],
    ['carrier-grade NAT', 'http://100.64.0.1/'],
    ['the cloud’s metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['the cloud’s metadata mapped', 'http://[::ffff:a9fe:a9fe]/latest/meta-data/'],
    ['a unique local address', 'http://[fd00:ec2::254]/'],
    ['NAT64 of loopback', 'http://[64:ff9b::7f00:1]/'],
    ['loopback as an IPv4-compatible address', 'http://[::127.0.0.1]/'],
  ])('never reach %s', async (_what, url) => {
    const answer = await owner.post(`${documents()}/url`, { url });
    expectProblem(answer, 422, 'unknown_url');
    expect(answer.body.detail).toBe('The address cannot be fetched: it is not a public address.');
  });

  test.each([
    'file:///etc/passwd',
    'ftp://example.com/a',
    'gopher://example.com',
    'javascript:alert(1)',
    'example.com',
    '',
  ])('must be http or https: %s is refused', async (url) => {
    const answer = await owner.post(`${documents()}/url`, { url });
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors).toMatchObject([{ path: 'url' }]);
  });

  test.each([
    'http://example.com:22/',
    'https://example.com:6379/',
    'http://app.internal/',
    'http://a.localhost/',
  ])('that no worker can reach are refused at once: %s', async (url) => {
    const answer = await owner.post(`${documents()}/url`, { url });
    expectProblem(answer, 422, 'unknown_url');
    expect(answer.body.errors).toMatchObject([{ path: 'url' }]);
  });

  test('are answered at once; what came of them is the document’s status', async () => {
    const url = 'http://nowhere.invalid/%EC%95%88%EB%82%B4.pdf';
    const answer = await owner.post<{ document: Document }>(`${documents()}/url`, { url });
    expect(answer.status).toBe(202);
    expect(answer.body.document).toMatchObject({
      filename: '안내.pdf',
      content_type: 'application/pdf',
      source_url: url,
      status: 'uploaded',
    });
    const ended = await settled(owner, team.path, answer.body.document.id);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'url_unreachable', retryable: true } });
    expect(ended.error?.message).toBe('The address cannot be fetched: it cannot be reached.');
  });

  test('that turn out not to be public are not fetched', async () => {
    const url = 'http://127.0.0.1.nip.io/';
    const answer = await owner.post<{ document: Document }>(`${documents()}/url`, { url });
    expect(answer.status).toBe(202);
    const ended = await settled(owner, team.path, answer.body.document.id);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'url_unreachable' } });
  });
});
