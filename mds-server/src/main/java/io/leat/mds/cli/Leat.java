package io.leat.mds.cli;

import io.leat.mds.cli.Leat.Version;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "leat",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "A Hadoop-compatible file system for shared block storage.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StartCommand.class,
      StopCommand.class,
      StatusCommand.class,
      VirtualServerCommand.class,
      VolumeCommand.class,
      ClientCommand.class,
      WhyCommand.class,
      CheckCommand.class,
      MdsCommand.class,
      CellCommand.class,
      SimCommand.class,
      CompletionCommand.class
    })
public final class Leat implements Runnable {
  private static final String[] FOOTER = {
    "",
    "First steps:",
    "  leat quickstart --small      a cell, and MapReduce jobs on it",
    "  leat start                   a cell in the background",
    "  leat fs -ls /                what is in it",
    "  leat status                  how it is",
    "  leat stop                    end it",
    "",
    "leat COMMAND --help shows a command's options and examples.",
    "Exit codes: 0 success, 1 failure, 2 wrong usage."
  };

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from; so does LEAT_DEBUG=1.")
  private boolean verbose;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** All commands, ready to execute. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Leat());
    line.getCommandSpec().usageMessage().footer(FOOTER);
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      line.addSubcommand(provider.name(), provider.command());
    }
    line.setExecutionExceptionHandler(new OneLineErrors());
    return line;
  }

  /** The version, or {@code development} where classes do not come from a jar. */
  public static String version() {
    return Version.number();
  }

  boolean verbose() {
    return verbose || "1".equals(System.getenv("LEAT_DEBUG"));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {"Leat " + number()};
    }

    static String number() {
      String version = Leat.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
