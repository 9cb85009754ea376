import { matchEndpoint } from './match.ts';
import type { Endpoint, LambdaFunction } from './service.ts';

function lambda(name: string): LambdaFunction {
  return {
    name,
    module: `functions/${name}/handler`,
    exportName: 'handler',
    timeoutMs: 29_000,
    memoryMb: 512,
  };
}

function endpoint(method: string, resource: string, name: string): Endpoint {
  return { lambda: lambda(name), method, resource, stream: false, timeoutMs: 29_000 };
}

const endpoints = [
  endpoint('ANY', '/{proxy+}', 'health'),
  endpoint('GET', '/health', 'health'),
  endpoint('ANY', '/v1/teams', 'teams'),
  endpoint('ANY', '/v1/teams/{team_id}', 'teams'),
  endpoint('ANY', '/v1/teams/{team_id}/{proxy+}', 'teams'),
  endpoint('ANY', '/v1/teams/{team_id}/bots/{proxy+}', 'bots'),
  endpoint('POST', '/v1/teams/{team_id}/bots/{bot_id}/chat', 'chat'),
];

function served(method: string, path: string) {
  const match = matchEndpoint(endpoints, method, path);
  return match ? [match.endpoint.lambda.name, match.endpoint.resource, match.pathParameters] : null;
}

describe('the choice of the function for a request', () => {
  test('a literal path goes before a parameter, and a parameter before a greedy one', () => {
    expect(served('GET', '/v1/teams')).toEqual(['teams', '/v1/teams', null]);
    expect(served('GET', '/v1/teams/t1')).toEqual(['teams', '/v1/teams/{team_id}', { team_id: 't1' }]);
    expect(served('POST', '/v1/teams/t1/bots/b1/chat')).toEqual([
      'chat',
      '/v1/teams/{team_id}/bots/{bot_id}/chat',
      { team_id: 't1', bot_id: 'b1' },
    ]);
    expect(served('GET', '/v1/teams/t1/bots/b1')).toEqual([
      'bots',
      '/v1/teams/{team_id}/bots/{proxy+}',
      { team_id: 't1', proxy: 'b1' },
    ]);
  });

  test('a path that only begins like a specific resource matches the less specific one', () => {
    expect(served('POST', '/v1/teams/t1/bots/b1/chat/more')?.[0]).toBe('bots');
    expect(served('GET', '/v1/teams/t1/members/u1')).toEqual([
      'teams',
      '/v1/teams/{team_id}/{proxy+}',
      { team_id: 't1', proxy: 'members/u1' },
    ]);
    expect(served('GET', '/v2/else')).toEqual(['health', '/{proxy+}', { proxy: 'v2/else' }]);
  });

  test('a method that the most specific resource lacks is not served by a less specific one', () => {
    expect(served('DELETE', '/health')).toBeNull();
  });

  test('parameters arrive decoded, and an encoded slash does not split a segment', () => {
    expect(served('GET', '/v1/teams/%ED%8C%80%2F1')?.[2]).toEqual({ team_id: '팀/1' });
  });

  test('a greedy parameter needs at least one segment', () => {
    expect(served('GET', '/')).toBeNull();
  });

  test('a path with broken percent-encoding is refused', () => {
    expect(() => served('GET', '/v1/teams/%E0%A4%A')).toThrow(URIError);
  });
});
