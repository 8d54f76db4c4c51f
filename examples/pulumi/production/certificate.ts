import { Certificate, DnsAuthorization } from '@pulumi/gcp/certificatemanager';
import { RecordSet } from '@pulumi/gcp/dns';
import { Service } from '@pulumi/gcp/projects';
import type * as pulumi from '@pulumi/pulumi';

/** A name and where it is used. */
export interface CertificateArgs {
  readonly project: string;
  readonly region: string;
  readonly hostname: string;
  /** Managed zone of Cloud DNS that holds the name. */
  readonly dnsZone: string;
}

/** A certificate that Google issues and renews, for a regional Gateway: its name. */
export function makeCertificate(name: string, args: CertificateArgs): pulumi.Output<string> {
  const { project, region, hostname, dnsZone } = args;
  const service = 'certificatemanager.googleapis.com';
  const api = new Service(`${name}-api-certificatemanager`, { project, service, disableOnDestroy: false });
  // Regional certificates are proven for each project by itself.
  const proof = new DnsAuthorization(
    name,
    { project, location: region, domain: hostname, type: 'PER_PROJECT_RECORD' },
    { dependsOn: api },
  );
  const record = proof.dnsResourceRecords.apply(([first]) => ({
    name: first?.name ?? '',
    type: first?.type ?? '',
    data: first?.data ?? '',
  }));
  const proven = new RecordSet(`${name}-proof`, {
    ...{ project, managedZone: dnsZone, ttl: 300 },
    ...{ name: record.name, type: record.type, rrdatas: [record.data] },
  });
  const certificate = new Certificate(
    name,
    { project, location: region, managed: { domains: [hostname], dnsAuthorizations: [proof.id] } },
    { dependsOn: proven },
  );
  return certificate.name;
}
