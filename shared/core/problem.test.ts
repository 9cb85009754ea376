import { AppError } from './errors.ts';
import { openAiError, problem, publicError } from './problem.ts';

test('a problem holds the message, the code and the request id', () => {
  const fields = [{ path: 'name', message: 'too long' }];
  expect(problem(new AppError('validation_failed', 'The body is not acceptable.', { fields }), 'id')).toEqual(
    {
      type: 'urn:rag-platform:error:validation_failed',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'The body is not acceptable.',
      code: 'validation_failed',
      request_id: 'id',
      errors: fields,
    },
  );
});

test.each([
  new Error('password authentication failed for user "rag" at 10.0.0.1'),
  new TypeError('x is not a function'),
  'a text',
  null,
  { status: 404, message: 'secret' },
])('anything else that is thrown (%s) is rendered without any of its text', (thrown) => {
  const shown = publicError(thrown);
  expect(problem(shown, 'id')).toEqual({
    type: 'urn:rag-platform:error:internal_error',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong on our side; look up the request id in the log.',
    code: 'internal_error',
    request_id: 'id',
  });
  expect(shown.cause).toBe(thrown);
});

test('the cause of an error is not rendered', () => {
  const error = new AppError('dependency_unavailable', 'The database cannot be reached.', {
    cause: new Error('10.0.0.1 refused'),
  });
  expect(JSON.stringify([problem(error, 'id'), openAiError(error)])).not.toContain('10.0.0.1');
});

test.each([
  ['invalid_token', 'authentication_error'],
  ['insufficient_scope', 'permission_error'],
  ['validation_failed', 'invalid_request_error'],
  ['rate_limited', 'rate_limit_error'],
  ['budget_exceeded', 'insufficient_quota'],
  ['internal_error', 'server_error'],
  ['dependency_unavailable', 'server_error'],
] as const)('to an OpenAI client %s is of the type %s', (code, type) => {
  expect(openAiError(new AppError(code, 'No.'))).toEqual({
    error: { message: 'No.', type, code, param: null },
  });
});

test('for OpenAI clients, not_found means the model', () => {
  expect(openAiError(new AppError('not_found', 'No such bot.')).error).toMatchObject({
    type: 'invalid_request_error',
    code: 'model_not_found',
  });
});

test('for OpenAI clients, the first invalid field is the param', () => {
  const fields = [{ path: 'messages.0.role', message: 'unknown' }];
  expect(openAiError(new AppError('validation_failed', 'No.', { fields })).error.param).toBe('messages');
});
