import { LogFormat } from './log-format.ts';

const format = new LogFormat();

/** Formats an error as the logger does. */
function written(error: Error): { text: string; line: Record<string, unknown> } {
  const text = JSON.stringify(format.formatError(error));
  return { text, line: JSON.parse(text) as Record<string, unknown> };
}

function failureOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
}

/** An error as PostgreSQL's driver throws it. */
function databaseError(code: string, message: string): Error {
  const detail = 'Failing row contains (1, secret words of a document).';
  return Object.assign(new Error(message), { code, severity: 'ERROR', detail, where: 'secret words' });
}

test('an error is logged with its name, message, code, stack and cause', () => {
  const cause = Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' });
  const { line } = written(new Error('The index could not be written', { cause }));
  expect(line).toMatchObject({
    name: 'Error',
    message: 'The index could not be written',
    stack: expect.stringMatching(/^ +at .*log-format\.test\.ts/) as string,
    cause: { name: 'TypeError', message: 'fetch failed', code: 'ECONNREFUSED' },
  });
});

test('a database error is logged with message and code, without the row', () => {
  const { text, line } = written(databaseError('23502', 'null value in column "text" violates not-null'));
  expect(line).toMatchObject({ code: '23502', message: 'null value in column "text" violates not-null' });
  expect(text).not.toContain('secret');
});

test.each([
  [
    'a value that Postgres cannot take',
    databaseError('22P02', 'invalid input syntax: "secret words"'),
    '22P02',
  ],
  [
    'a provider’s refusal',
    Object.assign(new Error('401 Incorrect API key provided: secret'), {
      status: 401,
      headers: new Headers({ authorization: 'secret' }),
      error: { message: 'secret' },
      code: 'invalid_api_key',
    }),
    'invalid_api_key',
  ],
  ['an answer that is no JSON', failureOf(() => JSON.parse('secret words of a document')), undefined],
])('%s is logged without its message, which quotes data, also as a cause', (_what, error, code) => {
  expect(error.message).toContain('secret');
  for (const each of [error, new Error('outer', { cause: error })])
    expect(written(each).text).not.toContain('secret');
  expect(written(error).line.code).toBe(code);
  expect(written(error).line).toHaveProperty('stack');
});

test('a cause that is no error is not logged, since it may hold anything', () => {
  expect(written(new Error('outer', { cause: 'secret' })).text).not.toContain('secret');
});
