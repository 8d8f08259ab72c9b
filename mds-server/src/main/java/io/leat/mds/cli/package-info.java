/**
 * The {@code leat} command. Each command is a small class; what other modules add joins through
 * {@link io.leat.mds.cli.CommandProvider}.
 *
 * <p>Every command exits 0 on success, 1 with one line on standard error that says what failed, on
 * which object and what to do, and 2 when it was called in the wrong way.
 *
 * <p>State and threads: a command lives for one call, on the main thread. What outlives it, the
 * background process of a cell, is known by the run file in the cell's directory.
 */
package io.leat.mds.cli;
