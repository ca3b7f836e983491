/**
 * Seconds for which describes may lag behind writes: new resources are missing, and deleted ones are still listed. AWS gives no
 * limit; this is one and a half times the 20 seconds that the faults of test/rehearsal reach.
 */
export const LAG = 30
