import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Random } from './random.ts';

/** Characters that a careless parser may skip, decode or take for another one. */
const ODD = [
  ['=', '.', '..', ' ', '\t', '\n', '\u0000', '%00', '%2e', '+', '/', '-', '_', '~', '"', "'", ';', ','],
  ['é', '가', '０', 'ⅰ', '\u200b', '\u202e', '\ufeff', '😀', '\ud800', '{', '}', 'A', 'a', '0', '9'],
].flat();
const GARBAGE = [
  '',
  '.',
  '..',
  '...',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  'rag_',
  'Bearer',
  'e30.e30.e30',
];
const ALGORITHMS = ['none', 'None', 'NONE', '', 'HS384', 'HS512', 'RS256', 'ES256', 'HS256', null, 1];
const WEAK_SECRETS = ['', 'secret', 'HS256', 'a secret', '\0'.repeat(32)];

/** A forgery of one of several genuine credentials of a kind. May be equal to none of them. */
export function forge(genuine: readonly string[], random: Random): string {
  const forms = [changeCharacters, changeCharacters, mixParts, changeClaims, changeNumbers, wrap, checksum];
  for (;;) {
    const forged = random.pick(forms)(random.pick(genuine), random, genuine);
    if (!genuine.includes(forged)) return forged;
  }
}

function changeCharacters(text: string, random: Random): string {
  let changed = text;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(changed.length + 1);
    const removed = random.below(3);
    changed = changed.slice(0, at) + (random.oneIn(4) ? '' : random.pick(ODD)) + changed.slice(at + removed);
  }
  return changed;
}

/** Parts of two genuine ones together, in another order, or fewer or more of them. */
function mixParts(text: string, random: Random, genuine: readonly string[]): string {
  const separator = text.includes('.') ? '.' : '_';
  const [one, other] = [text.split(separator), random.pick(genuine).split(separator)];
  const count = random.oneIn(4) ? 1 + random.below(6) : one.length;
  const parts = Array.from({ length: count }, (_part, at) => {
    const from = random.oneIn(2) ? one : other;
    return from[random.oneIn(5) ? random.below(from.length) : at] ?? '';
  });
  return parts.join(separator);
}

/** Another header or other claims, with the old signature, none, or one of a secret that is easily guessed. */
function changeClaims(text: string, random: Random): string {
  const [header = '', claims = '', signature = ''] = text.split('.');
  const newHeader = { ...decode(header), alg: random.pick(ALGORITHMS), ...random.pick(HEADERS) };
  const newClaims = { ...decode(claims), ...random.pick(CLAIMS), n: random.below(1_000_000) };
  const signed = `${random.oneIn(3) ? header : encode(newHeader)}.${encode(newClaims)}`;
  const mac = createHmac('sha256', random.pick(WEAK_SECRETS)).update(signed).digest('base64url');
  return `${signed}.${random.pick([signature, '', mac])}`;
}

const HEADERS = [
  {},
  { kid: '../../dev/null' },
  { kid: undefined },
  { kid: "' OR 1=1" },
  { jwk: { kty: 'oct', k: '' } },
  { jku: 'http://127.0.0.1:9/keys' },
  { x5u: 'http://127.0.0.1:9/keys' },
  { crit: ['exp'] },
  { b64: false, crit: ['b64'] },
  { typ: 'at+jwt' },
];
const CLAIMS = [
  { exp: 99_999_999_999 },
  { exp: '99999999999' },
  { sub: '01a20657-4a33-71a5-a8d5-1b16a08ec346' },
  { sub: { $ne: null } },
  { aud: ['api', 'embedder', 'sign-in'] },
  { iss: '' },
  { typ: 'service' },
  { nbf: 0, iat: 0 },
  { role: 'owner', scopes: ['*'] },
];

function decode(part: string): object {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  } catch {
    return {};
  }
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Another counter, another digit of an id: what is signed no longer fits. */
function changeNumbers(text: string, random: Random): string {
  const digits = [...text.matchAll(/[\da-f]/g)];
  if (digits.length === 0) return random.pick(GARBAGE);
  const { index } = random.pick(digits);
  return text.slice(0, index) + random.below(16).toString(16) + text.slice(index + 1);
}

function wrap(text: string, random: Random): string {
  const [one, other] = [random.pick(ODD), random.pick(ODD)];
  const forms = [
    [`${one}${text}`, `${text}${one}`, `${one}${text}${other}`, text.toUpperCase(), encodeURI(text) + one],
    [text.repeat(2), `${text},${text}`, text.slice(0, random.below(text.length)), random.pick(GARBAGE)],
    [Buffer.from(text).toString('base64'), one.repeat(random.below(2_000)), text.normalize('NFD') + one],
  ];
  return random.pick(forms.flat());
}

/** A changed API key with a checksum that fits it. */
function checksum(text: string, random: Random): string {
  const body = changeNumbers(text.slice(0, -9), random);
  return `${body}_${crc32(body).toString(16).padStart(8, '0')}`;
}
