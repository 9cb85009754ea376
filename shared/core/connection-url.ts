type Kind = {
  schemes: Record<string, { tls: boolean | null }>;
  example: string;
  /** Names a part of the URL that the platform would ignore, or null. */
  refuse(url: URL): string | null;
};

/** Loopback addresses, which need no TLS. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

const KINDS = {
  DATABASE: {
    schemes: { 'postgres:': { tls: null }, 'postgresql:': { tls: null } },
    example: 'postgres://user:password@host:5432/ragdb',
    refuse: () => null,
  },
  REDIS: {
    schemes: { 'redis:': { tls: false }, 'rediss:': { tls: true } },
    example: 'rediss://:password@host:6379',
    refuse: refuseInRedis,
  },
} satisfies Record<string, Kind>;

/** Sections with a login of the database, each with the word in the names of its settings. */
const LOGINS: Record<string, string> = { database: '', database_worker: '_WORKER', database_owner: '_OWNER' };

/**
 * The settings that a URL in the environment holds for a section. An environment with one login only, such as a
 * developer's own server, uses that one for requests, the sweep and the migrations.
 * @throws Error as `settingsOfUrl`
 */
export function settingsOfEnvironment(section: string, env: NodeJS.ProcessEnv): Record<string, string> {
  if (section === 'redis' && env.REDIS_URL) return settingsOfUrl('REDIS', env.REDIS_URL);
  const word = LOGINS[section];
  if (word === undefined) return {};
  const own = word && env[`DATABASE${word}_URL`];
  const { DATABASE_USER, DATABASE_PASSWORD, ...address } = {
    ...(own || env.DATABASE_URL ? settingsOfUrl('DATABASE', own || env.DATABASE_URL || '') : {}),
    ...(own ? {} : loginOf(env)),
  };
  return {
    ...address,
    ...(DATABASE_USER && { [`DATABASE${word}_USER`]: DATABASE_USER }),
    ...(DATABASE_PASSWORD && { [`DATABASE${word}_PASSWORD`]: DATABASE_PASSWORD }),
  };
}

function loginOf({ DATABASE_USER, DATABASE_PASSWORD }: NodeJS.ProcessEnv): Record<string, string> {
  return { ...(DATABASE_USER && { DATABASE_USER }), ...(DATABASE_PASSWORD && { DATABASE_PASSWORD }) };
}

/**
 * Splits `DATABASE_URL` or `REDIS_URL` into single settings. A Postgres URL cannot choose TLS: it is off for loopback
 * addresses, else `DATABASE_TLS` decides (default: on).
 *
 * Query parameters are refused, because the clients interpret them unchecked: `?ssl_cert_reqs=none` was ignored,
 * `?tls=true` replaced a CA, `?maxRetriesPerRequest=1` hung.
 * @throws Error with the setting's name, the problem and an example; never a part of the URL, which may be a secret
 */
export function settingsOfUrl(name: keyof typeof KINDS, value: string): Record<string, string> {
  const kind: Kind = KINDS[name];
  const fail = (problem: string) =>
    new Error(`- ${name}_URL: ${problem}. Example: ${name}_URL=${kind.example}`);
  const url = URL.parse(value);
  const scheme = url && kind.schemes[url.protocol];
  if (!url?.hostname || !scheme) throw fail('not a URL of this form');
  if (value.includes('?')) throw fail(`query parameters are refused; use settings such as ${name}_TLS=true`);
  const problem = url.hash ? 'a # in it must be written as %23' : kind.refuse(url);
  if (problem) throw fail(problem);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const tls = scheme.tls ?? (LOOPBACK.test(host) ? false : null);
  const settings = {
    [`${name}_HOST`]: host,
    [`${name}_PORT`]: url.port,
    [`${name}_USER`]: decode(url.username),
    [`${name}_PASSWORD`]: decode(url.password),
    [`${name}_NAME`]: decode(url.pathname.slice(1)),
    [`${name}_TLS`]: tls === null ? '' : String(tls),
  };
  if (Object.values(settings).includes(null)) throw fail('a % in it must be written as %25');
  return Object.fromEntries(Object.entries(settings).filter(([, text]) => text)) as Record<string, string>;
}

/** The platform uses database 0 and the default user only. */
function refuseInRedis({ username, pathname }: URL): string | null {
  if (username !== '' && username !== 'default') return 'a user name is not supported';
  return /^\/?0?$/.test(pathname) ? null : 'only database 0 is supported';
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
