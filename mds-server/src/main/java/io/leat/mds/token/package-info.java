/**
 * Who holds which tokens: the volatile half of a virtual server's state. Owned and touched by the
 * virtual server's loop alone. Deterministic: no clock, I/O, thread or randomness.
 */
package io.leat.mds.token;
