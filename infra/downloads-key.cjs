// The public key that CloudFront verifies links with. CloudFront cannot change the key of an existing resource: such a
// deploy fails. So the logical id is derived from the key, and a new key becomes a new resource in the same deploy.
const { createHash, createPublicKey } = require('node:crypto');

const HOW = 'openssl pkey -in downloads.pem -pubout -outform DER | base64 -w0';

/** The key is base64 on one line, because the deploy tool cuts a parameter, such as a PEM file, after its first line. */
function readKey(text) {
  const der = Buffer.from(text, 'base64');
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.modulusLength === 2048) return key;
  } catch {
    // Falls through to the error below.
  }
  throw new Error(`downloadsPublicKey is no RSA public key of 2048 bits in base64 on one line: ${HOW}`);
}

module.exports = async ({ resolveVariable }) => {
  const text = await resolveVariable('param:downloadsPublicKey');
  const pem = text ? readKey(text).export({ format: 'pem', type: 'spki' }) : '';
  const hash = createHash('sha256').update(pem).digest('hex').slice(0, 8);
  const id = `DownloadsKey${hash}`;
  const group = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}-downloads`;
  const name = `${group}-${hash}`;
  return {
    id,
    Resources: {
      [id]: {
        Type: 'AWS::CloudFront::PublicKey',
        Condition: 'HasDownloads',
        Properties: { PublicKeyConfig: { Name: name, CallerReference: name, EncodedKey: pem } },
      },
      DownloadsKeyGroup: {
        Type: 'AWS::CloudFront::KeyGroup',
        Condition: 'HasDownloads',
        Properties: { KeyGroupConfig: { Name: group, Items: [{ Ref: id }] } },
      },
    },
  };
};
