// A module as a team would mount it: built to CommonJS, without the package at run time.
const scorer = (type, create, rest = {}) => ({ kind: 'scorer', type, create, ...rest });

exports.zone = scorer(
  'zone-scorer',
  ({ zone }) =>
    (_request, endpoint) =>
      endpoint.labels.zone === zone ? 1 : 0.25,
  { parameters: (reader) => ({ zone: reader.string('zone', 'b') }), timeLimitMs: 2000 },
);

exports.fast = {
  kind: 'filter',
  type: 'fast-filter',
  create: () => (_request, endpoint) => endpoint.labels.speed === 'fast',
  timeLimitMs: 2000,
};

exports.throwing = scorer(
  'throwing-scorer',
  () => (request) => {
    throw new Error(`no opinion on ${request.model}`);
  },
  { timeLimitMs: 2000 },
);

exports.wrong = scorer('wrong-scorer', () => () => NaN, { timeLimitMs: 2000 });

exports.functions = scorer('functions-scorer', () => () => () => 1, { timeLimitMs: 2000 });

exports.endless = scorer(
  'endless-scorer',
  () => (request) => {
    while (request.model === 'loop');
    return 1;
  },
  { timeLimitMs: 20 },
);

exports.greedy = scorer(
  'greedy-scorer',
  () => (request) => {
    const kept = [];
    while (request.model === 'loop') kept.push(new Array(1000).fill(request.model + kept.length));
    return 1;
  },
  { timeLimitMs: 20 },
);

exports.exiting = scorer(
  'exiting-scorer',
  () => (request) => {
    if (request.model === 'loop') process.exit(1);
    return 1;
  },
  { timeLimitMs: 20 },
);

exports.inProcess = scorer('in-process-scorer', () => (_request, endpoint) => endpoint.load.requests / 10, {
  isolate: false,
  timeLimitMs: 2000,
});
