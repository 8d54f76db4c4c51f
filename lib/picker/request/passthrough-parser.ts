import type { ParserDefinition } from './body-format';

/** Lets everything through that no other parser claims; it knows of no model and no prompt. */
export const PASSTHROUGH_PARSER: ParserDefinition = Object.freeze({
  type: 'passthrough-parser',
  formats: Object.freeze({}),
});
