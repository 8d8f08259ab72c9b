package io.leat.mds.core;

/**
 * The time as it comes into the state machine.
 *
 * @param wallMillis since 1970; may jump; for what people see
 * @param monotonicMillis since some moment; never jumps; for leases
 */
public record Time(long wallMillis, long monotonicMillis) {}
