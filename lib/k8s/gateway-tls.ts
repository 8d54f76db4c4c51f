import * as gateway from '../../imports/gateway.networking.k8s.io';
import { type GatewayClass } from '../core/gateway-class';
import { type Problem } from '../core/problem';

const CERT_MANAGER_OPTION = 'networking.gke.io/cert-manager-certs';
const PRE_SHARED_OPTION = 'networking.gke.io/pre-shared-certs';
const CERT_MAP_ANNOTATION = 'networking.gke.io/certmap';

type Kind = 'secret' | 'certificate-manager' | 'pre-shared' | 'certificate-map';

/** Where the certificates of a gateway come from. */
export class GatewayTls {
  /** A Secret of type `kubernetes.io/tls` in the gateway's namespace, kept by you or by cert-manager. */
  public static secret(name: string): GatewayTls {
    return new GatewayTls('secret', [name]);
  }

  /**
   * Google-managed certificates: names of Certificate Manager certificates in the gateway's region.
   * @see https://cloud.google.com/certificate-manager/docs/deploy-google-managed-regional
   */
  public static googleManaged(...certificates: readonly string[]): GatewayTls {
    return new GatewayTls('certificate-manager', certificates);
  }

  /** Names of Compute Engine SSL certificates that exist already, regional ones for regional gateways. */
  public static preShared(...certificates: readonly string[]): GatewayTls {
    return new GatewayTls('pre-shared', certificates);
  }

  /** A Certificate Manager certificate map; understood by global gateways only, which serve no InferencePool. */
  public static certificateMap(name: string): GatewayTls {
    return new GatewayTls('certificate-map', [name]);
  }

  private constructor(
    private readonly kind: Kind,
    private readonly names: readonly string[],
  ) {}

  /** @internal */
  public _listenerTls(): gateway.GatewaySpecListenersTls | undefined {
    const mode = gateway.GatewaySpecListenersTlsMode.TERMINATE;
    const value = this.names.join(',');
    switch (this.kind) {
      case 'secret':
        return { mode, certificateRefs: this.names.map((name) => ({ name })) };
      case 'certificate-manager':
        return { mode, options: { [CERT_MANAGER_OPTION]: value } };
      case 'pre-shared':
        return { mode, options: { [PRE_SHARED_OPTION]: value } };
      case 'certificate-map':
        return undefined;
    }
  }

  /** @internal */
  public _annotations(): Readonly<Record<string, string>> {
    return this.kind === 'certificate-map' ? { [CERT_MAP_ANNOTATION]: this.names.join(',') } : {};
  }

  /** @internal */
  public _check(gatewayClass: GatewayClass): Problem | undefined {
    if (this.names.length === 0 || this.names.includes('')) {
      return {
        what: 'tls names no certificate',
        why: 'HTTPS needs one',
        fix: 'give the name of at least one certificate',
      };
    }
    if (this.kind === 'certificate-map' && gatewayClass.scope !== 'global') {
      return {
        what: `tls: certificate map '${this.names.join(',')}' on class ${gatewayClass.name}`,
        why: 'only global gateways read certificate maps; this one would serve no certificate',
        fix: 'use GatewayTls.googleManaged() with Certificate Manager certificates of the region',
      };
    }
    if (gatewayClass.platform === 'gke' || this.kind === 'secret') return undefined;
    return {
      what: `tls: ${this.kind} certificates on class ${gatewayClass.name}`,
      why: `${gatewayClass.platform} knows nothing of Google Cloud's certificates`,
      fix: 'use GatewayTls.secret()',
    };
  }
}
