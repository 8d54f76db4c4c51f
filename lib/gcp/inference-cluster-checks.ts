import { apiProfile, type PoolApi } from '../core/api-profile';
import { checkCidr } from '../core/gke/cidr';
import { CUSTOM_RESOURCES } from '../core/gke/custom-resources';
import { checkLocation, checkZones, regionOf } from '../core/gke/locations';
import { checkWholeNumber } from '../core/gke/numbers';
import { checkGkeVersion } from '../core/gke/versions';
import { oneOf, problemsOf, type Problem } from '../core/problem';
import type { InferenceClusterArgs, MaintenanceWindow } from './inference-cluster-args';

/** Shortest maintenance window that GKE takes, hours. */
const MIN_WINDOW_HOURS = 4;

/** What is wrong with a cluster's arguments, as far as it shows before anything is made. */
export function checkClusterArgs(args: InferenceClusterArgs): readonly Problem[] {
  return problemsOf(
    checkLocation('location', args.location),
    checkNetworkRegion(args),
    args.nodeLocations === undefined ? [] : checkZones('nodeLocations', args.nodeLocations, args.location),
    args.minVersion === undefined ? undefined : checkGkeVersion('minVersion', args.minVersion, poolApiOf(args)),
    checkAccess(args),
    checkAutopilot(args),
    checkSystemPool(args),
    checkAutoProvisioning(args),
    args.maintenanceWindow === undefined ? [] : checkWindow(args.maintenanceWindow),
    checkUrls(args.customResourceUrls ?? {}),
  );
}

/** The pool API that a cluster is made for. */
export function poolApiOf(args: Pick<InferenceClusterArgs, 'apiProfile'>): PoolApi {
  return apiProfile(args.apiProfile ?? 'v1').pool ?? 'v1';
}

function checkNetworkRegion({ network, location }: InferenceClusterArgs): Problem | undefined {
  if (network.region === regionOf(location)) return undefined;
  return {
    what: `location '${location}' beside a network in ${network.region}`,
    why: 'a cluster lives in the region of its subnet, and so does the proxy-only subnet of its load balancers',
    fix: `use a location in ${network.region}, or another network`,
  };
}

function checkAccess(args: InferenceClusterArgs): readonly Problem[] {
  const networks = args.authorizedNetworks ?? [];
  const open =
    args.controlPlaneAccess === 'public-address' && networks.length === 0
      ? [
          {
            what: "controlPlaneAccess 'public-address' without authorizedNetworks",
            why: 'the control plane would be open to every address, or to none',
            fix: "name the networks ('0.0.0.0/0' for all), or use controlPlaneAccess 'dns'",
          },
        ]
      : [];
  return problemsOf(open, ...networks.map(({ cidr }) => checkCidr('authorizedNetworks', cidr)));
}

function checkAutopilot(args: InferenceClusterArgs): readonly Problem[] {
  if (args.mode !== 'autopilot') return [];
  const given = (['nodeLocations', 'systemPool', 'nodeAutoProvisioning'] as const).filter(
    (field) => args[field] !== undefined,
  );
  const problems = given.map((field) => ({
    what: `${field} beside mode 'autopilot'`,
    why: 'Google manages the nodes of an Autopilot cluster',
    fix: `leave ${field} out, or use mode 'standard'`,
  }));
  const region = regionOf(args.location);
  if (args.location === region) return problems;
  return [
    ...problems,
    {
      what: `location '${args.location}' beside mode 'autopilot'`,
      why: 'Autopilot clusters are regional',
      fix: `use '${region}'`,
    },
  ];
}

function checkSystemPool({ systemPool }: InferenceClusterArgs): readonly Problem[] {
  if (systemPool === undefined) return [];
  const { minNodes = 1, maxNodes = 6, bootDiskGib = 100 } = systemPool;
  return problemsOf(
    checkWholeNumber('systemPool.minNodes', minNodes, 1, 1000),
    checkWholeNumber('systemPool.maxNodes', maxNodes, 1, 1000),
    checkWholeNumber('systemPool.bootDiskGib', bootDiskGib, 30, 65536),
    minNodes > maxNodes
      ? {
          what: `systemPool.minNodes ${minNodes} is above maxNodes ${maxNodes}`,
          why: 'the pool scales between the two',
          fix: 'raise maxNodes or lower minNodes',
        }
      : undefined,
  );
}

function checkAutoProvisioning({ nodeAutoProvisioning: limits }: InferenceClusterArgs): readonly Problem[] {
  if (limits === undefined) return [];
  return problemsOf(
    checkWholeNumber('nodeAutoProvisioning.maxCpus', limits.maxCpus, 1, 1_000_000),
    checkWholeNumber('nodeAutoProvisioning.maxMemoryGib', limits.maxMemoryGib, 1, 10_000_000),
    ...(limits.gpus ?? []).map(({ accelerator, max }) =>
      checkWholeNumber(`nodeAutoProvisioning.gpus ${accelerator.gkeAccelerator}`, max, 1, 100_000),
    ),
  );
}

function checkWindow(window: MaintenanceWindow): readonly Problem[] {
  const hours = (Date.parse(window.endTime) - Date.parse(window.startTime)) / 3_600_000;
  const times =
    hours >= MIN_WINDOW_HOURS
      ? []
      : [
          {
            what: `maintenanceWindow from '${window.startTime}' to '${window.endTime}'`,
            why: `a window is two times in RFC 3339 that are at least ${MIN_WINDOW_HOURS} hours apart`,
            fix: "write them as '2026-01-03T02:00:00Z' and '2026-01-03T08:00:00Z'",
          },
        ];
  if (window.recurrence.startsWith('FREQ=')) return times;
  return [
    ...times,
    {
      what: `maintenanceWindow.recurrence '${window.recurrence}'`,
      why: 'it is a rule of RFC 5545',
      fix: "write it as 'FREQ=WEEKLY;BYDAY=SA,SU'",
    },
  ];
}

function checkUrls(urls: Readonly<Record<string, string>>): readonly Problem[] {
  const known = [...new Set(CUSTOM_RESOURCES.map(({ name }) => name))];
  return Object.keys(urls)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      what: `customResourceUrls '${name}' is not a definition that the library installs`,
      why: 'definitions go by their plural name',
      fix: `use ${oneOf(known)}`,
    }));
}
