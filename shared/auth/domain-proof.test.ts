import { createSocket, type Socket } from 'node:dgram';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { isProved, proofRecord } from './domain-proof.ts';

/** A name server that answers every question with the texts of `records`. */
let server: Socket;
let address: string;
let records: string[] = [];

beforeAll(async () => {
  await loadConfig('sign_in');
  server = createSocket('udp4');
  server.on('message', (question, { port }) => server.send(answerTo(question), port, '127.0.0.1'));
  await new Promise<void>((resolve) => {
    server.bind(0, '127.0.0.1', resolve);
  });
  address = `127.0.0.1:${server.address().port}`;
});

afterAll(() => {
  server.close();
});

/** RFC 1035: the question's header and name again, then a TXT record for each text. */
function answerTo(question: Buffer): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(records.length, 6);
  header.fill(0, 8, 12);
  const end = question.indexOf(0, 12) + 5;
  const answers = records.map((text) => {
    const data = Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
    const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, data.length]);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, question.subarray(12, end), ...answers]);
}

const RECORD = proofRecord('corp.example', 'abc');

test.each([
  ['the record alone', [RECORD.value], true],
  ['the record beside others', ['v=spf1 -all', RECORD.value], true],
  ['the record of another team', ['rag-platform-verification=abd'], false],
  ['a record that only begins like it', [`${RECORD.value}d`], false],
  ['no record', [], false],
])('a domain with %s', async (_what, found, proved) => {
  records = found;
  expect(await isProved(RECORD, [address])).toBe(proved);
});

test('a domain whose name server does not answer is not proved', async () => {
  expect(await isProved(RECORD, ['127.0.0.1:1'])).toBe(false);
}, 20_000);

test('on a machine of one’s own no record is needed', async () => {
  process.env['DOMAIN_PROOF'] = 'none';
  await reloadConfig('sign_in');
  records = [];
  expect(await isProved(RECORD, [address])).toBe(true);
});
