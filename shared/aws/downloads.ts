import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { section } from '#shared/core/config.ts';

const downloadsConfig = section('downloads');

/**
 * A link to an object behind CloudFront, or null where none is configured. CloudFront refuses it after `expires`, and
 * with any other path or query: the disposition is part of what is signed. S3 heeds that one because CloudFront signs
 * its own request to the bucket.
 * @throws Error when the private key cannot sign what this distribution accepts; the key is never repeated
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

/** A link signed with a wrong key looks fine here and ends at CloudFront's 403: told here, with the reason. */
function requireSigningKey(pem: string, trusted: string | undefined): void {
  const key = readKey(pem);
  if (!key) throw unusable('is no private key in PEM');
  if (key.asymmetricKeyType !== 'rsa') throw unusable('is no RSA key');
  const ours = createPublicKey(key).export({ format: 'der', type: 'spki' });
  if (trusted && !ours.equals(Buffer.from(trusted, 'base64')))
    throw unusable('does not belong to the public key that CloudFront was given (DOWNLOADS_PUBLIC_KEY)');
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    // Its message says nothing of the key, but nothing of use either.
    return null;
  }
}

function unusable(problem: string): Error {
  return new Error(`Downloads cannot be signed: private_key of the secret 'downloads' ${problem}.`);
}
