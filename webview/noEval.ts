import * as z from 'zod';

// zod compiles object schemas with `new Function` where it may. The content security policy forbids that, and even
// the try would be reported as a violation, so it is switched off before the first schema is made.
z.config({ jitless: true });
