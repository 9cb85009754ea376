import { bots } from './ko/bots.ts';
import { chat } from './ko/chat.ts';
import { common } from './ko/common.ts';
import { company } from './ko/company.ts';
import { connect } from './ko/connect.ts';
import { documents } from './ko/documents.ts';
import { home } from './ko/home.ts';
import { identity } from './ko/identity.ts';
import { insights } from './ko/insights.ts';
import { keys } from './ko/keys.ts';
import { privacy } from './ko/privacy.ts';
import { search } from './ko/search.ts';
import { settings } from './ko/settings.ts';
import { signIn } from './ko/signIn.ts';
import { team } from './ko/team.ts';
import { usage } from './ko/usage.ts';
import { webhooks } from './ko/webhooks.ts';
import type { Text } from './text.tsx';

/** Every word of the console in Korean, by page. A missing one does not compile. */
export const ko: Text = {
  common,
  signIn,
  home,
  chat,
  documents,
  search,
  bots,
  insights,
  team,
  keys,
  usage,
  company,
  connect,
  settings,
  webhooks,
  privacy,
  identity,
};
