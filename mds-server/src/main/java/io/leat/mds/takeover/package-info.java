/**
 * When a metadata server takes a virtual server over: what it sees of the other candidates in their
 * mailboxes, and the rule that it acts by. No clock, no I/O: time and what was read are given. See
 * {@code docs/takeover.md}.
 */
package io.leat.mds.takeover;
