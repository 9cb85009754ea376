import { routeMatcher } from './match-route.ts';
import type { Route } from './route.ts';

function route(method: Route['method'], path: string, errorFormat?: 'openai'): Route {
  return { method, path, ...(errorFormat && { errorFormat }) } as Route;
}

const getTeam = route('GET', '/v1/teams/{team_id}');
const deleteTeam = route('DELETE', '/v1/teams/{team_id}');
const document = route('GET', '/openapi.json');
const models = route('GET', '/v1/models', 'openai');
const match = routeMatcher([getTeam, deleteTeam, document, models]);

test('a route is found by method and path, with the values of its parameters', () => {
  expect(match('DELETE', '/v1/teams/7')).toEqual({
    route: deleteTeam,
    params: { team_id: '7' },
    allowed: ['GET', 'DELETE'],
    errorFormat: 'problem',
  });
});

test.each(['/v1/teams', '/v1/teams/', '/v1/teams/7/bots', '/x/v1/teams/7', '/openapiXjson'])(
  'no route and no method matches the path %s',
  (path) => {
    expect(match('GET', path)).toEqual({ route: undefined, params: {}, allowed: [], errorFormat: 'problem' });
  },
);

test('another method finds no route, but the methods that the path has', () => {
  expect(match('PUT', '/v1/teams/7')).toMatchObject({ route: undefined, allowed: ['GET', 'DELETE'] });
});

test('errors on a path have the format of its routes, whatever the method', () => {
  expect(match('POST', '/v1/models').errorFormat).toBe('openai');
});
