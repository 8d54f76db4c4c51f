import { type IConstruct } from 'constructs';

/** Something that works but that its author may not have meant. */
export interface Warning {
  /** Construct path. */
  readonly path: string;
  readonly message: string;
}

type Producer = () => readonly string[];

/** A registered symbol, so that two copies of the library in one program see each other's warnings. */
const PRODUCERS = Symbol.for('gke-inference-gateway.warnings');

function producersOf(construct: IConstruct): readonly Producer[] {
  // Only addWarnings writes this property.
  return (Reflect.get(construct, PRODUCERS) as readonly Producer[] | undefined) ?? [];
}

/** Lets a construct warn; the messages are asked for when `warningsOf` is called. */
export function addWarnings(construct: IConstruct, messages: Producer): void {
  Reflect.set(construct, PRODUCERS, [...producersOf(construct), messages]);
}

/** What the constructs below a scope warn of; call it when the program is complete. */
export function warningsOf(scope: IConstruct): readonly Warning[] {
  return scope.node
    .findAll()
    .flatMap((construct) =>
      producersOf(construct).flatMap((produce) => produce().map((message) => ({ path: construct.node.path, message }))),
    );
}
