package io.leat.mds.cli;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints a failure as one line, and its origin only to those who ask. */
final class OneLineErrors implements IExecutionExceptionHandler {

  /** What the line starts with. */
  static final String PREFIX = "leat: ";

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    command.getErr().println(line(failure));
    if (root(command).verbose()) {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return ExitCode.SOFTWARE;
  }

  /** The line for a failure. */
  static String line(Exception failure) {
    boolean meantForPeople =
        failure instanceof IOException || failure instanceof IllegalArgumentException;
    String text =
        meantForPeople && failure.getMessage() != null ? failure.getMessage() : failure.toString();
    String hint = meantForPeople ? "" : " (--verbose shows where)";
    return PREFIX + text.replace('\n', ' ') + hint;
  }

  private static Leat root(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommand();
  }
}
