import type { Text } from '../text.tsx';

export const team: Text['team'] = {
  title: 'team',
};
