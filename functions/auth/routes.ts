import { callback } from './callback.ts';
import { deleteMe } from './delete-me.ts';
import { deleteSession } from './delete-session.ts';
import { exportMe } from './export-me.ts';
import { getMe } from './get-me.ts';
import { getMyExport } from './get-my-export.ts';
import { listMySessions } from './list-sessions.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { refresh } from './refresh.ts';

export const routes = {
  login,
  callback,
  refresh,
  logout,
  getMe,
  listMySessions,
  deleteSession,
  deleteMe,
  exportMe,
  getMyExport,
};
