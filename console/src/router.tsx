import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { currentTeam, meQuery } from './api/me.ts';
import { rememberPage, takeRememberedPage } from './api/session.ts';
import { NotFound, PageFailed } from './shell/failed-page.tsx';

/**
 * The routes. Each page is downloaded when it is opened. A page's state that one would send in a link (filters, the
 * chosen tab, the marked passage) is in the search parameters of its route.
 */
const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: texts('problem'),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const signInByMail = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/email',
  component: lazyRouteComponent(() => import('./pages/sign-in/email-link-page.tsx'), 'EmailLinkPage'),
});

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('./pages/sign-in/join-page.tsx'), 'JoinPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
  errorComponent: PageFailed,
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me) {
      if (location.href !== '/') rememberPage(location.href);
      throw redirect({ to: '/sign-in' });
    }
    const wanted = location.href === '/' ? takeRememberedPage() : null;
    if (wanted) throw redirect({ href: wanted });
    const team = currentTeam(me);
    if (!team) throw redirect({ to: '/new-team' });
    return { me, team };
  },
});

const newTeam = createRoute({
  getParentRoute: () => root,
  path: '/new-team',
  component: lazyRouteComponent(() => import('./pages/home/new-team-page.tsx'), 'NewTeamPage'),
});

/** The text parameters of a route's query; what is empty or no text is left out. */
function texts<K extends string>(...names: K[]) {
  return (search: Record<string, unknown>): Partial<Record<K, string>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
      }),
    ) as Partial<Record<K, string>>;
}

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
});

const chat = createRoute({
  getParentRoute: () => shell,
  path: '/chat/{-$botId}/{-$conversationId}',
  validateSearch: texts('q', 'document', 'ask', 'source'),
  component: lazyRouteComponent(() => import('./pages/chat/chat-page.tsx'), 'ChatPage'),
});

const documents = createRoute({
  getParentRoute: () => shell,
  path: '/documents',
  validateSearch: texts('q', 'status', 'collection'),
  component: lazyRouteComponent(() => import('./pages/documents/documents-page.tsx'), 'DocumentsPage'),
});

const document = createRoute({
  getParentRoute: () => shell,
  path: '/documents/$documentId',
  validateSearch: texts('chunk', 'quote', 'page'),
  component: lazyRouteComponent(() => import('./pages/documents/document-page.tsx'), 'DocumentPage'),
});

const search = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  validateSearch: texts('q', 'collection', 'view'),
  component: lazyRouteComponent(() => import('./pages/search/search-page.tsx'), 'SearchPage'),
});

const bots = createRoute({
  getParentRoute: () => shell,
  path: '/bots',
  validateSearch: texts('create'),
  component: lazyRouteComponent(() => import('./pages/bots/bots-page.tsx'), 'BotsPage'),
});

const bot = createRoute({
  getParentRoute: () => shell,
  path: '/bots/$botId',
  component: lazyRouteComponent(() => import('./pages/bots/bot-page.tsx'), 'BotPage'),
});

const insights = createRoute({
  getParentRoute: () => shell,
  path: '/insights',
  validateSearch: texts('from', 'to', 'bot', 'show', 'q'),
  component: lazyRouteComponent(() => import('./pages/insights/insights-page.tsx'), 'InsightsPage'),
});

const team = createRoute({
  getParentRoute: () => shell,
  path: '/team',
  validateSearch: texts('tab', 'actor', 'action', 'from', 'to'),
  component: lazyRouteComponent(() => import('./pages/team/team-page.tsx'), 'TeamPage'),
});

const keys = createRoute({
  getParentRoute: () => shell,
  path: '/keys',
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
});

const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  validateSearch: texts('by', 'from', 'to'),
  component: lazyRouteComponent(() => import('./pages/usage/usage-page.tsx'), 'UsagePage'),
});

const connect = createRoute({
  getParentRoute: () => shell,
  path: '/connect',
  validateSearch: texts('bot'),
  component: lazyRouteComponent(() => import('./pages/connect/connect-page.tsx'), 'ConnectPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const pages = [
  home,
  chat,
  documents,
  document,
  search,
  bots,
  bot,
  insights,
  team,
  keys,
  usage,
  connect,
  settings,
];

/** Creates the router of the console. */
export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, signInByMail, join, newTeam, shell.addChildren(pages)]),
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
    // `q` of "2024" stays text, and a link stays readable: values are plain strings, not JSON.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const filled = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
      const text = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString();
      return text && `?${text}`;
    },
  });
}

declare module '@tanstack/react-router' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- the router's types are declared by merging
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
