import type { Text } from '../text.tsx';

export const usage: Text['usage'] = {
  title: 'usage',
};
