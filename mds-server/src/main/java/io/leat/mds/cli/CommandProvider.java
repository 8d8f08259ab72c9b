package io.leat.mds.cli;

/** Adds a command to {@code leat}; found by {@link java.util.ServiceLoader}. */
public interface CommandProvider {

  /** What the user types after {@code leat}. */
  String name();

  /** A new object annotated with {@link picocli.CommandLine.Command}: each provider is new. */
  default Object command() {
    return this;
  }
}
