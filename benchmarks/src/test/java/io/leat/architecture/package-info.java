/**
 * Holds the architecture: which module may use which, and what the state machines must not touch.
 */
package io.leat.architecture;
