import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { section } from '#shared/core/config.ts';

const downloadsConfig = section('downloads');

let checked: { pem: string; trusted: string | undefined } | undefined;

/**
 * A CloudFront link to an object, or null where CloudFront is not configured. CloudFront refuses it after `expires`,
 * and with any other path or query, so the disposition is signed too. S3 obeys the disposition because CloudFront
 * signs its request to the bucket.
 * @throws Error when the private key cannot sign for this distribution; the message does not contain the key
 */
export function signedDownload(
  key: string,
  { disposition, expires }: { disposition: string; expires: Date },
): string | null {
  const settings = downloadsConfig();
  const { DOWNLOADS_URL: base, DOWNLOADS_KEY_PAIR_ID: keyPairId, DOWNLOADS_PRIVATE_KEY: pem } = settings;
  if (!base || !keyPairId || !pem) return null;
  requireSigningKey(pem, settings.DOWNLOADS_PUBLIC_KEY);
  return getSignedUrl({
    url: `${base}/${key}?response-content-disposition=${encodeURIComponent(disposition)}`,
    keyPairId,
    privateKey: pem,
    dateLessThan: expires.toISOString(),
  });
}

/** Checks a key once. A link that is signed with a wrong key only fails at CloudFront, with a 403 and no reason. */
function requireSigningKey(pem: string, trusted: string | undefined): void {
  if (checked?.pem === pem && checked.trusted === trusted) return;
  const key = parsePrivateKey(pem);
  if (!key) throw unusableKey('is no private key in PEM');
  if (key.asymmetricKeyType !== 'rsa') throw unusableKey('is no RSA key');
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  if (trusted && !publicKey.equals(Buffer.from(trusted, 'base64')))
    throw unusableKey('does not belong to the public key that CloudFront was given (DOWNLOADS_PUBLIC_KEY)');
  checked = { pem, trusted };
}

function parsePrivateKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    // Drop OpenSSL's error: it names a decoder, not what is wrong with the key.
    return null;
  }
}

function unusableKey(problem: string): Error {
  return new Error(`Downloads cannot be signed: private_key of the secret 'downloads' ${problem}.`);
}
