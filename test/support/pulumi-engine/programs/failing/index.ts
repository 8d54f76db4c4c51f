// Fails in the middle, as a component with invalid settings does.
console.error('about to fail');
throw new Error('replicas: -1 is below 0');
