import { type IConstruct } from 'constructs';

/** Something that works but that its author may not have meant. */
export interface Warning {
  /** Construct path. */
  readonly path: string;
  readonly message: string;
}

const producers = new WeakMap<IConstruct, (() => readonly string[])[]>();

/** Lets a construct warn; the messages are asked for when `warningsOf` is called. */
export function addWarnings(construct: IConstruct, messages: () => readonly string[]): void {
  producers.set(construct, [...(producers.get(construct) ?? []), messages]);
}

/** What the constructs below a scope warn of; call it when the program is complete. */
export function warningsOf(scope: IConstruct): readonly Warning[] {
  return scope.node
    .findAll()
    .flatMap((construct) =>
      (producers.get(construct) ?? []).flatMap((produce) =>
        produce().map((message) => ({ path: construct.node.path, message })),
      ),
    );
}
