import { Session } from 'node:inspector/promises';
import type { AdminAnswer } from './admin-server';

const DEFAULT_SECONDS = 5;
/** Longer than this no connection of the admin server may stand still. */
const MOST_SECONDS = 30;

let running = false;

/** A CPU profile of the next seconds, in the format that the developer tools of Chrome load as `.cpuprofile`. */
export async function cpuProfile(query: URLSearchParams): Promise<AdminAnswer> {
  const given = query.get('seconds') ?? String(DEFAULT_SECONDS);
  const seconds = Number(given);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS) {
    return refusal(400, `seconds is '${given}'; give a whole number from 1 to ${MOST_SECONDS}`);
  }
  if (running) return refusal(409, 'a profile is being taken; try again in a while');
  running = true;
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const { profile } = await session.post('Profiler.stop');
    return { contentType: 'application/json', body: JSON.stringify(profile) };
  } finally {
    session.disconnect();
    running = false;
  }
}

function refusal(status: number, message: string): AdminAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${message}\n` };
}
