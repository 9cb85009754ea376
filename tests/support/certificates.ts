import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Both are PEM. */
type Certified = { certificate: string; privateKey: string };
type Authority = {
  /** The PEM certificate that clients must trust. */
  certificate: string;
  /** Issues a server certificate for these host names. */
  issue(names: string[]): Certified;
};

const SEQUENCE = 0x30;
const SET = 0x31;
const OCTET_STRING = 0x04;
/** ecdsa-with-SHA256 (1.2.840.10045.4.3.2). */
const ALGORITHM = der(SEQUENCE, Buffer.from('06082a8648ce3d040302', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const TRUE = Buffer.from('0101ff', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const ALTERNATIVE_NAMES = Buffer.from('0603551d11', 'hex');

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Subject = { name: string; key: KeyObject; extension: Buffer; days?: number };
type Issuer = { name: string; key: KeyObject };

/**
 * A private certificate authority for one test. Node can sign but cannot create certificates, so this file writes the
 * DER that TLS needs (RFC 5280): version 3, one extension, valid from a day ago until a day ahead.
 */
export function createAuthority(): Authority {
  const name = 'Test authority';
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name, key: privateKey };
  const isAuthority = der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)));
  return {
    certificate: certificateOf({ name, key: publicKey, extension: isAuthority }, issuer),
    issue(names) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extension = alternativeNames(names);
      return {
        certificate: certificateOf({ name: names[0] ?? '', key: own.publicKey, extension }, issuer),
        privateKey: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      };
    },
  };
}

/** A self-signed certificate for a host name, valid for `days` more days, and its key; both PEM. */
export function createSelfSigned(host: string, days: number): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extension = alternativeNames([host]);
  return {
    cert: certificateOf({ name: host, key: publicKey, extension, days }, { name: host, key: privateKey }),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function alternativeNames(hosts: string[]): Buffer {
  const list = der(SEQUENCE, ...hosts.map((host) => der(0x82, Buffer.from(host))));
  return der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, list));
}

function certificateOf({ name, key, extension, days = 1 }: Subject, issuer: Issuer): string {
  const now = Date.now();
  // An hour more, so that a whole number of days is left while a test runs.
  const end = now + days * DAY_MS + HOUR_MS;
  const content = der(
    SEQUENCE,
    der(0xa0, Buffer.from('020102', 'hex')),
    der(0x02, Buffer.from([1])),
    ALGORITHM,
    nameOf(issuer.name),
    der(SEQUENCE, time(now - DAY_MS), time(end)),
    nameOf(name),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, extension)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, issuer.key)]);
  const base64 = der(SEQUENCE, content, ALGORITHM, der(0x03, signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(text: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(text)))));
}

/** A GeneralizedTime of X.690. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
