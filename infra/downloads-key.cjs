// The key that CloudFront checks links with. It cannot change one: a template that gives the same resource another key
// fails to deploy. So the logical id comes from the key, and a new key is a new resource, which the group takes in
// the same deploy.
const { createHash, createPublicKey } = require('node:crypto');

const HOW = 'openssl pkey -in downloads.pem -pubout -outform DER | base64 -w0';

/** The deploy tool cuts a parameter at its first line's end, and so a PEM file: hence base64 on one line. */
function readKey(text) {
  const der = Buffer.from(text, 'base64');
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.modulusLength === 2048) return key;
  } catch {
    // Falls through.
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
