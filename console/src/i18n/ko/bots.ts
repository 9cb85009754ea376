import type { Text } from '../text.tsx';

export const bots: Text['bots'] = {
  title: 'bots',
};
