import { DestinationRule, DestinationRuleSpecTrafficPolicyTlsMode } from '../../../imports/networking.istio.io';
import { Components } from '../../core/labels';
import { adopt } from '../metadata';
import { type GatewayPlatform } from './platform';

/** Istio checks certificates unless told otherwise, and the picker signs its own on purpose. */
export const istioPlatform: GatewayPlatform = {
  name: 'istio',
  attach(scope, { picker }) {
    const rule = new DestinationRule(scope, 'picker-tls', {
      spec: {
        host: picker.service.name,
        trafficPolicy: { tls: { mode: DestinationRuleSpecTrafficPolicyTlsMode.SIMPLE, insecureSkipVerify: true } },
      },
    });
    adopt(rule, Components.ENDPOINT_PICKER);
    return { all: [rule] };
  },
};
