import type { Text } from '../text.tsx';

export const keys: Text['keys'] = {
  title: 'keys',
};
