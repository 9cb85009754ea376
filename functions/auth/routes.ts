import { backchannelLogout } from './backchannel-logout.ts';
import { callback } from './callback.ts';
import { deleteMe } from './delete-me.ts';
import { deleteSession } from './delete-session.ts';
import { emailCallback } from './email-callback.ts';
import { exportMe } from './export-me.ts';
import { getMe } from './get-me.ts';
import { getMyExport } from './get-my-export.ts';
import { listMySessions } from './list-sessions.ts';
import { listSignInMethods } from './list-sign-in-methods.ts';
import { login } from './login.ts';
import { loginByEmail } from './login-by-email.ts';
import { logout } from './logout.ts';
import { refresh } from './refresh.ts';
import { requestEmailLink } from './request-email-link.ts';
import { teamCallback } from './team-callback.ts';

export const routes = {
  listSignInMethods,
  login,
  callback,
  loginByEmail,
  teamCallback,
  backchannelLogout,
  requestEmailLink,
  emailCallback,
  refresh,
  logout,
  getMe,
  listMySessions,
  deleteSession,
  deleteMe,
  exportMe,
  getMyExport,
};
