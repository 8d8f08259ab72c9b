/**
 * The HSM agent: event handling, the copy engine, policies and tiers.
 *
 * <p>The package is empty so far: a virtual server raises no DMAPI events yet, so there is nothing
 * for an agent to answer. The module stands here so that the arrows between modules are settled
 * (core and zk-coordination below it, the Hadoop client beside it, nothing above it).
 */
package io.leat.hsm;
