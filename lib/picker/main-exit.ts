/** Exit codes. As with the flag package of Go, 2 is a command line that makes no sense. */
export const ExitCode = Object.freeze({ OK: 0, FAILED: 1, USAGE: 2 });
