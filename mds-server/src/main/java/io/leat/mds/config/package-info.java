/**
 * What a server's {@code leat-site.xml} may say, and what it says: every key stands once, as data,
 * in {@link io.leat.mds.config.ConfigKey}, and {@link io.leat.mds.config.LeatConfiguration} reads
 * them all at start into records.
 *
 * <p>State and threads: everything here is an immutable value; nothing is read from files after
 * start.
 */
package io.leat.mds.config;
