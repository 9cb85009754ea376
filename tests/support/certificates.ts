import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Both as PEM. */
type Certified = { certificate: string; privateKey: string };
type Authority = {
  /** The authority's certificate, which a client must trust, as PEM. */
  certificate: string;
  /** Issues a server certificate for these names. */
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

type Subject = { name: string; key: KeyObject; extension: Buffer };
type Issuer = { name: string; key: KeyObject };

/**
 * A private certificate authority for one test. Node can sign but not create certificates, so this writes the minimal
 * DER that TLS requires (RFC 5280): version 3, one extension, valid for a day around now.
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
      const list = der(SEQUENCE, ...names.map((each) => der(0x82, Buffer.from(each))));
      const extension = der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, list));
      return {
        certificate: certificateOf({ name: names[0] ?? '', key: own.publicKey, extension }, issuer),
        privateKey: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      };
    },
  };
}

function certificateOf({ name, key, extension }: Subject, issuer: Issuer): string {
  const day = 86_400_000;
  const content = der(
    SEQUENCE,
    der(0xa0, Buffer.from('020102', 'hex')),
    der(0x02, Buffer.from([1])),
    ALGORITHM,
    nameOf(issuer.name),
    der(SEQUENCE, time(Date.now() - day), time(Date.now() + day)),
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

/** GeneralizedTime. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
