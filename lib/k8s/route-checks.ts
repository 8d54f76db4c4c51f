import { problemsOf, type Problem } from '../core/problem';
import { type InferenceGateway } from './inference-gateway';
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
    ...route.backends.map(({ pool }) => checkPool(route, pool)),
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
  if (gatewayClass.servesInferencePools) return undefined;
  const better = gatewayClass.external ? 'REGIONAL_EXTERNAL' : 'REGIONAL_INTERNAL';
  return {
    what: `gateway '${gateway.name}' has class ${gatewayClass.name}`,
    why: 'that class refuses routes to an InferencePool',
    fix: `set gatewayClass: GatewayClass.${better}`,
  };
}

function checkAllowedNamespace(route: InferenceRoute): Problem | undefined {
  const { gateway } = route;
  if (gateway.namespace === route.namespace) return undefined;
  const closed = gateway.listeners.every(({ allowedNamespaces }) => (allowedNamespaces ?? 'Same') === 'Same');
  if (!closed) return undefined;
  return {
    what: `the route is in namespace '${route.namespace ?? 'default'}', gateway '${gateway.name}' in '${gateway.namespace ?? 'default'}'`,
    why: 'its listeners take routes of their own namespace only',
    fix: `make the route with gateway.addRoute(), or set allowedNamespaces on the gateway`,
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
  const hosts = options.hostnames ?? [gatewayHosts(gateway)];
  const matches = (options.matches ?? [{}]).map(matchKey);
  return hosts.flatMap((host) => matches.map((match) => `${host} ${match}`));
}

function gatewayHosts(gateway: InferenceGateway): string {
  return gateway.listeners.map(({ hostname }) => hostname ?? '*').join(' ');
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
