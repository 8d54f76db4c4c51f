import { isIP } from 'node:net';
import { celEnv, celFunc, CelScalar, parse, plan, type CelFunc, type CelInput, type CelResult } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { isQuantity } from './schema-values';

export type CelProgram = (bindings: Record<string, CelInput>) => CelResult;

/** Kubernetes' own functions that rules call; a rule that calls another one is reported, not skipped. */
const kubernetesFunctions: CelFunc[] = [
  stringTest('isURL', isGoUrl),
  stringTest('isIP', (text) => isIP(text) !== 0),
  stringTest('isQuantity', isQuantity),
];

const environment = celEnv({ funcs: [...strings, ...kubernetesFunctions] });

const programs = new Map<string, CelProgram>();

/** Throws when the expression does not parse. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const program: CelProgram = plan(environment, parse(expression));
  programs.set(expression, program);
  return program;
}

function stringTest(name: string, test: (text: string) => boolean): CelFunc {
  return celFunc(name, [CelScalar.STRING], CelScalar.BOOL, test);
}

/** Go's url.ParseRequestURI: an absolute URL or an absolute path. */
function isGoUrl(text: string): boolean {
  return text.startsWith('/') ? !/\s/.test(text) : URL.canParse(text);
}
