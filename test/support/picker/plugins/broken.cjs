exports.broken = {
  kind: 'scorer',
  type: 'broken-scorer',
  create: () => {
    throw new Error('no file for it');
  },
};
