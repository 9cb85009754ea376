import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { hostOf, internetAnd, isForbiddenHost, isLocalName, type Network } from '#shared/core/network.ts';

const webhooksConfig = section('webhooks');

const LOOKUP_MS = 5_000;

/** Ranges of addresses that may be reached beside the public ones. */
const ALSO = { public: [], loopback: ['loopback'], private: ['loopback', 'private', 'uniqueLocal'] };

/** The network that webhooks may reach by the configuration. */
export function webhookNetwork(): Network {
  return internetAnd(ALSO[webhooksConfig().WEBHOOKS_REACH]);
}

/**
 * Checks the address of a webhook when it is stored. Its name is looked up again at each delivery; one that is not known
 * yet is accepted, because the receiver may be set up later.
 * @throws AppError `unknown_url`
 */
export async function requireReachable(url: string): Promise<void> {
  const target = URL.parse(url);
  const isPublicOnly = webhooksConfig().WEBHOOKS_REACH === 'public';
  if (!target || !(isPublicOnly ? ['https:'] : ['https:', 'http:']).includes(target.protocol))
    throw refuse('it must begin with https://');
  if (target.username || target.password) throw refuse('it must not hold a user name or password');
  const host = hostOf(target);
  const isForbidden = await isForbiddenHost(host, webhookNetwork(), LOOKUP_MS);
  if (isForbidden || (isPublicOnly && isLocalName(host))) throw refuse('it is not a public address');
}

function refuse(reason: string): AppError {
  return new AppError('unknown_url', `The address cannot be used for a webhook: ${reason}.`, {
    fields: [{ path: 'url', message: reason }],
  });
}
