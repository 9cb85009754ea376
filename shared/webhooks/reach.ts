import ipaddr from 'ipaddr.js';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { INTERNET, isPublicAddress, type Network } from '#shared/ingestion/fetch-public-url.ts';

const webhooksConfig = section('webhooks');

/** Ranges of addresses that may be reached beside the public ones. */
const ALSO = { public: [], loopback: ['loopback'], private: ['loopback', 'private', 'uniqueLocal'] };

/** The network that webhooks may reach by the configuration. Metadata services are in none of its ranges. */
export function webhookNetwork(): Network {
  const also: string[] = ALSO[webhooksConfig().WEBHOOKS_REACH];
  return { ...INTERNET, isPublic: (address) => isPublicAddress(address) || also.includes(rangeOf(address)) };
}

function rangeOf(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).range() : 'none';
}

/**
 * Checks the address of a webhook when it is stored. Its name is looked up again at each delivery.
 * @throws AppError `unknown_url`
 */
export async function requireReachable(url: string): Promise<void> {
  const target = URL.parse(url);
  const isPublicOnly = webhooksConfig().WEBHOOKS_REACH === 'public';
  if (!target || !(isPublicOnly ? ['https:'] : ['https:', 'http:']).includes(target.protocol))
    throw refuse('it must begin with https://');
  if (target.username || target.password) throw refuse('it must not hold a user name or password');
  const network = webhookNetwork();
  const host = target.hostname.replaceAll(/[[\]]/g, '');
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(network, host);
  if (!addresses.every((address) => network.isPublic(address))) throw refuse('it is not a public address');
}

/** A name that is not known yet is accepted: the receiver may be set up later. */
async function resolve(network: Network, host: string): Promise<string[]> {
  return await new Promise((done) => {
    network.resolve(host, (_error, found) => done((found ?? []).map(({ address }) => address)));
  });
}

function refuse(reason: string): AppError {
  return new AppError('unknown_url', `The address cannot be used for a webhook: ${reason}.`, {
    fields: [{ path: 'url', message: reason }],
  });
}
