export const bots = {
  title: 'bots',
};
