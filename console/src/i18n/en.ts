import { bots } from './en/bots.ts';
import { chat } from './en/chat.ts';
import { common } from './en/common.ts';
import { company } from './en/company.ts';
import { connect } from './en/connect.ts';
import { documents } from './en/documents.ts';
import { home } from './en/home.ts';
import { identity } from './en/identity.ts';
import { insights } from './en/insights.ts';
import { keys } from './en/keys.ts';
import { privacy } from './en/privacy.ts';
import { search } from './en/search.ts';
import { settings } from './en/settings.ts';
import { signIn } from './en/signIn.ts';
import { team } from './en/team.ts';
import { usage } from './en/usage.ts';
import { webhooks } from './en/webhooks.ts';

/** Every word of the console in English, by page. */
export const en = {
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
