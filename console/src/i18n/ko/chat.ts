import type { Text } from '../text.tsx';

export const chat: Text['chat'] = {
  title: 'chat',
};
