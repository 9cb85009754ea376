import { endLegalHold } from './end-legal-hold.ts';
import { getAllowedAddresses } from './get-allowed-addresses.ts';
import { getLegalHold } from './get-legal-hold.ts';
import { setAllowedAddresses } from './set-allowed-addresses.ts';
import { startLegalHold } from './start-legal-hold.ts';

/** Rules that a company asks for: who may reach the team from where, and what must not be deleted. */
export const companyRoutes = {
  getAllowedAddresses,
  setAllowedAddresses,
  getLegalHold,
  startLegalHold,
  endLegalHold,
};
