import { type Construct } from 'constructs';
import * as gateway from '../../imports/gateway.networking.k8s.io';
import { Components } from '../core/labels';
import { adopt } from './metadata';
import { present } from './present';

/** A route that answers requests of a plain listener with a permanent redirect to HTTPS. */
export function createHttpsRedirect(
  scope: Construct,
  gatewayName: string,
  listener: string,
  hostname: string | undefined,
): gateway.HttpRoute {
  const redirect: gateway.HttpRouteSpecRulesFilters = {
    type: gateway.HttpRouteSpecRulesFiltersType.REQUEST_REDIRECT,
    requestRedirect: {
      scheme: gateway.HttpRouteSpecRulesFiltersRequestRedirectScheme.HTTPS,
      statusCode: gateway.HttpRouteSpecRulesFiltersRequestRedirectStatusCode.VALUE_301,
    },
  };
  const route = new gateway.HttpRoute(scope, 'https-redirect', {
    spec: present<gateway.HttpRouteSpec>({
      parentRefs: [{ name: gatewayName, sectionName: listener }],
      hostnames: hostname === undefined ? undefined : [hostname],
      rules: [{ filters: [redirect] }],
    }),
  });
  adopt(route, Components.GATEWAY);
  return route;
}
