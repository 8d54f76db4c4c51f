/** Put in by `scripts/bundle.ts`; nobody declares it where the sources run as they are. */
declare const PICKER_COMMIT: string | undefined;

/** Git commit that the bundle was built from; empty for one built outside of git, and for sources that are no bundle. */
export const BUILD_COMMIT: string = typeof PICKER_COMMIT === 'undefined' ? '' : PICKER_COMMIT;
