/** What stands where there is no number. */
const NONE = '–';

/** A latency as people read it. */
export function formatLatency(ms: number | null | undefined): string {
  if (ms === undefined || ms === null || !Number.isFinite(ms)) return NONE;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** A part of a whole, 0 to 1. */
export function formatPart(part: number): string {
  return Number.isFinite(part) ? `${Math.round(part * 100)} %` : NONE;
}

/** Requests a second. */
export function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : perSecond.toFixed(0);
}

/** A score, a weight or their product: three digits after the point at most. */
export function formatScore(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** A count, in thousands where it is long. */
export function formatCount(count: number): string {
  return count < 10_000 ? String(count) : `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)} k`;
}

/** Seconds as minutes and seconds. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** The name of a pod without what it shares with all the others of its Deployment. */
export function shortPod(name: string, deployment: string): string {
  const at = name.lastIndexOf(deployment);
  const rest = at === -1 ? name : name.slice(at + deployment.length).replace(/^-/, '');
  return rest === '' ? name : `pod ${rest}`;
}
