import {
  BarChart3,
  Bot,
  FileText,
  House,
  KeyRound,
  type LucideIcon,
  MessageSquare,
  Plug,
  Search,
  TrendingUp,
  Users,
} from 'lucide-react';
import type { Role } from '../api/roles.ts';
import type { Text } from '../i18n/text.tsx';

type Place = {
  to:
    | '/'
    | '/chat/{-$botId}/{-$conversationId}'
    | '/documents'
    | '/bots'
    | '/search'
    | '/insights'
    | '/team'
    | '/keys'
    | '/usage'
    | '/connect';
  name: keyof Text['common']['nav'];
  icon: LucideIcon;
  /** The least role that finds something there. */
  role: Role;
  /** The letter that opens it after `g`. */
  key: string;
};

/** The pages of the menu, in its order. The first four are the bar at a phone's lower edge. */
export const PLACES: Place[] = [
  { to: '/', name: 'home', icon: House, role: 'viewer', key: 'h' },
  { to: '/chat/{-$botId}/{-$conversationId}', name: 'chat', icon: MessageSquare, role: 'viewer', key: 'c' },
  { to: '/documents', name: 'documents', icon: FileText, role: 'viewer', key: 'd' },
  { to: '/bots', name: 'bots', icon: Bot, role: 'viewer', key: 'b' },
  { to: '/search', name: 'search', icon: Search, role: 'viewer', key: 's' },
  { to: '/insights', name: 'insights', icon: TrendingUp, role: 'admin', key: 'i' },
  { to: '/team', name: 'team', icon: Users, role: 'viewer', key: 't' },
  { to: '/keys', name: 'keys', icon: KeyRound, role: 'admin', key: 'k' },
  { to: '/usage', name: 'usage', icon: BarChart3, role: 'admin', key: 'u' },
  { to: '/connect', name: 'connect', icon: Plug, role: 'viewer', key: 'n' },
];
