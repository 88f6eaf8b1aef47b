/** Version of nestwatch: put in by the build; "0.0.0-source" when run from source. */
export const VERSION: string = process.env.NESTWATCH_VERSION ?? '0.0.0-source';
