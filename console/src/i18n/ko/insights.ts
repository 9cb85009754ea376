import type { Text } from '../text.tsx';

export const insights: Text['insights'] = {
  title: 'insights',
};
