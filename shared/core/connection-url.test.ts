import { settingsOfUrl } from './connection-url.ts';

const SECRET = 'hunter2';

test('rediss sets TLS, and the password is decoded', () => {
  expect(settingsOfUrl('REDIS', 'rediss://:p%40ss@cache.example.com:6380/0')).toEqual({
    REDIS_HOST: 'cache.example.com',
    REDIS_PORT: '6380',
    REDIS_PASSWORD: 'p@ss',
    REDIS_NAME: '0',
    REDIS_TLS: 'true',
  });
});

test('redis without s is unencrypted', () => {
  expect(settingsOfUrl('REDIS', 'redis://127.0.0.1')).toEqual({
    REDIS_HOST: '127.0.0.1',
    REDIS_TLS: 'false',
  });
});

test('every part of a Postgres URL is read', () => {
  expect(settingsOfUrl('DATABASE', 'postgresql://rag:p%23w@[::1]:5433/ragdb')).toEqual({
    DATABASE_HOST: '::1',
    DATABASE_PORT: '5433',
    DATABASE_USER: 'rag',
    DATABASE_PASSWORD: 'p#w',
    DATABASE_NAME: 'ragdb',
    DATABASE_TLS: 'false',
  });
});

test('a Postgres URL of another machine keeps the default of TLS', () => {
  expect(settingsOfUrl('DATABASE', 'postgres://rag:x@db.example.com/ragdb')).not.toHaveProperty(
    'DATABASE_TLS',
  );
});

test.each([
  ['REDIS', `rediss://:${SECRET}@host:6379?ssl_cert_reqs=none`, 'query parameters are refused'],
  ['REDIS', `redis://:${SECRET}@host:6379/0?tls=true`, 'query parameters are refused'],
  ['REDIS', `redis://:${SECRET}@host:6379?`, 'query parameters are refused'],
  ['REDIS', `redis://reader:${SECRET}@host:6379`, 'a user name is not supported'],
  ['REDIS', `redis://:${SECRET}@host:6379/1`, 'only database 0 is supported'],
  ['REDIS', `http://:${SECRET}@host:6379`, 'not a URL of this form'],
  ['REDIS', `postgres://:${SECRET}@host:6379`, 'not a URL of this form'],
  ['REDIS', SECRET, 'not a URL of this form'],
  ['DATABASE', `postgres://rag:${SECRET}@host/ragdb?sslmode=disable`, 'query parameters are refused'],
  ['DATABASE', `postgres://rag:${SECRET}@host/ragdb?host=/tmp`, 'query parameters are refused'],
  ['DATABASE', `postgres://rag:${SECRET}%zz@host/ragdb`, 'a % in it must be written as %25'],
  ['DATABASE', `postgres://rag@host/ragdb#${SECRET}`, 'a # in it must be written as %23'],
  ['DATABASE', `redis://rag:${SECRET}@host/ragdb`, 'not a URL of this form'],
  ['DATABASE', `postgres:///${SECRET}`, 'not a URL of this form'],
] as const)('%s_URL %s is refused: %s', (name, url, problem) => {
  const refused = () => settingsOfUrl(name, url);
  expect(refused).toThrow(new RegExp(`^- ${name}_URL: ${problem}.*\\. Example: ${name}_URL=\\w+://`));
  expect(refused).not.toThrow(SECRET);
});
