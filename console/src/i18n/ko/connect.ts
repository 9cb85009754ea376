import type { Text } from '../text.tsx';

export const connect: Text['connect'] = {
  title: 'connect',
};
