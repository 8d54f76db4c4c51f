/** Tags that whoever publishes an image moves. */
const MOVING_TAGS = new Set(['latest', 'main', 'master', 'nightly', 'dev']);

/** Whether an image reference can mean another image tomorrow: no digest, and no tag or one that moves. */
export function isMutableImage(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.split(':')[1];
  return tag === undefined || MOVING_TAGS.has(tag);
}
