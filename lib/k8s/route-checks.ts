import { GatewayClass } from '../core/gateway-class';
import { checkHostname } from '../core/names';
import { problemsOf, type Problem } from '../core/problem';
import { InferencePool, type PoolReference } from './inference-pool';
import { type InferenceRoute } from './inference-route';
import { matchKey } from './route-match';

/** Everything wrong with a route. */
export function checkRoute(route: InferenceRoute): readonly Problem[] {
  return problemsOf(
    checkTargets(route),
    checkGatewayClass(route),
    checkAllowedNamespace(route),
    checkOverlap(route),
    checkPaths(route),
    checkHostnames(route),
    checkEmpty(route),
    checkHeaders(route),
    ...route.backends.map(({ pool }) => checkPool(route, pool)),
    // A pool from elsewhere without a namespace is one of the route's own.
    ...route.backends.map(({ pool }) =>
      pool instanceof InferencePool ? checkSides(route, `pool '${pool.name}'`, pool.namespace) : undefined,
    ),
    checkSides(route, `gateway '${route.gateway.name}'`, route.gateway.namespace),
  );
}

function checkTargets({ backends }: InferenceRoute): Problem | undefined {
  const names = backends.map(({ pool }) => `${pool.namespace ?? ''}/${pool.name}`);
  if (names.length === 0) {
    return {
      what: 'targets is empty',
      why: 'every request would be answered with a 500',
      fix: 'name a model or a pool',
    };
  }
  if (new Set(names).size === names.length) return undefined;
  return {
    what: 'targets has the same pool twice',
    why: 'its weights would add up without anybody seeing it',
    fix: 'keep one entry, with the sum of the weights',
  };
}

function checkGatewayClass({ gateway }: InferenceRoute): Problem | undefined {
  const { gatewayClass } = gateway;
  // What a program says of a class of Google's does not change what it does.
  const known = GatewayClass.all.find(({ name }) => name === gatewayClass.name) ?? gatewayClass;
  if (known.servesInferencePools) return undefined;
  const better = gatewayClass.external ? 'REGIONAL_EXTERNAL' : 'REGIONAL_INTERNAL';
  return {
    what: `gateway '${gateway.name}' has class ${gatewayClass.name}`,
    why: 'that class refuses routes to an InferencePool',
    fix: `set gatewayClass: GatewayClass.${better}`,
  };
}

function checkAllowedNamespace(route: InferenceRoute): Problem | undefined {
  const { gateway } = route;
  if (gateway.namespace === route.namespace || gateway.namespace === undefined || route.namespace === undefined) {
    return undefined;
  }
  const closed = gateway.listeners.every(({ allowedNamespaces }) => (allowedNamespaces ?? 'Same') === 'Same');
  if (!closed) return undefined;
  return {
    what: `the route is in namespace '${route.namespace}', gateway '${gateway.name}' in '${gateway.namespace}'`,
    why: 'its listeners take routes of their own namespace only',
    fix: `make the route with gateway.addRoute(), or set allowedNamespaces on the gateway`,
  };
}

/** A reference across charts needs both namespaces: a missing one means that of whoever reads it. */
function checkSides(route: InferenceRoute, other: string, namespace: string | undefined): Problem | undefined {
  if ((route.namespace === undefined) === (namespace === undefined)) return undefined;
  return {
    what: `the route is in namespace '${route.namespace ?? 'unknown'}', ${other} in '${namespace ?? 'unknown'}'`,
    why: 'a reference without a namespace leads to the one of the route, and no permission can be made for it',
    fix: `give every chart a namespace: new Chart(app, id, { namespace: 'inference' })`,
  };
}

function checkOverlap(route: InferenceRoute): Problem | undefined {
  const own = new Set(routeKeys(route));
  const { routes } = route.gateway;
  const earlier = routes.slice(0, routes.indexOf(route));
  const twin = earlier.find((other) => routeKeys(other).some((key) => own.has(key)));
  if (twin === undefined) return undefined;
  return {
    what: `the route takes the same requests as ${twin.node.path}`,
    why: `one of them would get all of the traffic of gateway '${route.gateway.name}' and the other none`,
    fix: 'give them different hostnames or matches, or split one route over both targets',
  };
}

function routeKeys({ options, gateway }: InferenceRoute): readonly string[] {
  const listening = gateway.listeners.map(({ hostname }) => hostname ?? '*');
  const hosts = new Set(options.hostnames ?? listening);
  const matches = (options.matches ?? [{}]).map(matchKey);
  return [...hosts].flatMap((host) => matches.map((match) => `${host} ${match}`));
}

function checkPaths({ options }: InferenceRoute): readonly Problem[] {
  return (options.matches ?? []).flatMap(({ path, pathPrefix }) => {
    if (path !== undefined && pathPrefix !== undefined) {
      return [
        {
          what: `a match has both path '${path}' and pathPrefix '${pathPrefix}'`,
          why: 'an HTTPRoute matches one or the other',
          fix: 'keep one of them, or make two matches',
        },
      ];
    }
    const value = path ?? pathPrefix ?? '/';
    if (value.startsWith('/')) return [];
    return [{ what: `path '${value}' of a match`, why: 'paths start with a slash', fix: `use '/${value}'` }];
  });
}

function checkHostnames({ options, gateway }: InferenceRoute): readonly Problem[] {
  const hostnames = options.hostnames ?? [];
  const invalid = hostnames.map((hostname) => checkHostname('hostname', hostname));
  const foreign = hostnames
    .filter((hostname) => !gateway.listeners.some((listener) => covers(listener.hostname, hostname)))
    .map((hostname) => ({
      what: `hostname '${hostname}' is none of gateway '${gateway.name}'`,
      why: `its listeners answer for ${gateway.listeners.map((listener) => listener.hostname ?? 'every host').join(', ')}`,
      fix: 'use a hostname of a listener, or widen the listener',
    }));
  return problemsOf(...invalid, foreign);
}

/** Whether requests for a host, or some of a wildcard's, reach a listener. */
function covers(listener: string | undefined, hostname: string): boolean {
  if (listener === undefined || listener === hostname) return true;
  const within = (wildcard: string, host: string): boolean =>
    wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1));
  return within(listener, hostname) || within(hostname, listener);
}

function checkEmpty({ options }: InferenceRoute): readonly Problem[] {
  return (['hostnames', 'matches'] as const)
    .filter((field) => options[field]?.length === 0)
    .map((field) => ({
      what: `${field} is empty`,
      why: 'an empty list says nothing',
      fix: `leave it out to take every ${field === 'hostnames' ? 'host' : 'request'}`,
    }));
}

function checkHeaders({ options }: InferenceRoute): readonly Problem[] {
  const names = (options.matches ?? []).flatMap(({ headers }) => Object.keys(headers ?? {}));
  return names
    .filter((name) => !/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name))
    .map((name) => ({
      what: `header '${name}' of a match`,
      why: 'names of headers are letters, digits and a few signs, without blanks',
      fix: 'correct the name',
    }));
}

function checkPool({ gateway, options }: InferenceRoute, pool: PoolReference): readonly Problem[] {
  if (gateway.gatewayClass.platform !== 'gke') return [];
  if (!(pool instanceof InferencePool)) {
    if (options.timeout === undefined) return [];
    return [
      {
        what: `timeout for pool '${pool.name}', which this program does not make`,
        why: 'GKE takes timeouts from the backend policy of a pool, not from routes',
        fix: 'set it where the pool is made',
      },
    ];
  }
  const reasons = {
    HealthCheckPolicy: 'GKE then asks every pod for /, gets a 404 and finds none healthy',
    GCPBackendPolicy: 'GKE then ends every answer after 30 seconds with a 504',
  };
  return Object.entries(reasons)
    .filter(([kind]) => !pool.policyKinds.includes(kind))
    .map(([kind, why]) => ({
      what: `pool '${pool.name}' has no ${kind}`,
      why,
      fix: `make one: new ${kind}(this, id, { pool })`,
    }));
}

/** What works but may surprise. */
export function routeWarnings({ options, gateway }: InferenceRoute): readonly string[] {
  const paths = (options.matches ?? []).flatMap(({ path, pathPrefix }) => path ?? pathPrefix ?? []);
  const foreign = paths.filter((path) => path !== '/' && !path.startsWith('/v1'));
  if (foreign.length === 0 || gateway.gatewayClass.platform !== 'gke') return [];
  return [`model servers answer below /v1 and see the path as it is; ${foreign.join(', ')} will end in a 404`];
}
