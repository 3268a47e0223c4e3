package org.ultravisor.bench;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.node.cli.CliFailure;
import org.ultravisor.node.cli.ExitCode;
import org.ultravisor.node.cli.Output;
import org.ultravisor.node.cli.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs cases and prints their figures. */
@Command(name = "run", description = "Run one case or several.", mixinStandardHelpOptions = true)
final class BenchRunVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "CASE", arity = "1..*", description = "Letters from 'bench list'.")
  private List<String> cases = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Independent runs; the median is reported (default: ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length of a measured interval (default: ${DEFAULT-VALUE}).")
  private int seconds = 5;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "Size of the clusters that cases start (default: ${DEFAULT-VALUE}).")
  private int replicas = 3;

  @Option(
      names = "--channel",
      paramLabel = "frames|http",
      description = "What carries the requests of A to E (default: frames).")
  private String channel = "frames";

  @Override
  public Integer call() throws Exception {
    BenchSettings settings = settings();
    List<BenchCase> chosen = chosen();
    for (BenchCase each : chosen) {
      List<Measurement> measurements = each.run(settings, this::progress);
      if (output.json()) {
        for (Measurement measurement : measurements) {
          output.out().println(measurement.toJson());
        }
        output.out().flush();
      } else {
        output.print("\n" + table(each, measurements));
      }
    }
    return ExitCode.OK;
  }

  private BenchSettings settings() throws CliFailure {
    try {
      return new BenchSettings(runs, seconds, replicas, channel());
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private ClientOptions.Channel channel() {
    return switch (channel) {
      case "frames" -> ClientOptions.Channel.FRAMES;
      case "http" -> ClientOptions.Channel.HTTP;
      default ->
          throw new IllegalArgumentException("--channel is frames or http: '" + channel + "'");
    };
  }

  private List<BenchCase> chosen() throws CliFailure {
    for (String each : cases) {
      if (BenchCases.named(each).isEmpty()) {
        throw CliFailure.usage(
            "there is no case '%s'; the cases are %s".formatted(each, BenchCases.ids()));
      }
    }
    return cases.stream().flatMap(each -> BenchCases.named(each).stream()).toList();
  }

  private void progress(String what) {
    output.err().println(what);
    output.err().flush();
  }

  private static String table(BenchCase of, List<Measurement> measurements) {
    Table table =
        new Table("METRIC", "MEDIAN", "MIN", "MAX", "UNIT", "RUNS", "CPU us/op", "OTHERS %");
    for (Measurement m : measurements) {
      table.row(
          m.metric(),
          number(m.samples().median()),
          number(m.samples().min()),
          number(m.samples().max()),
          m.unit(),
          m.samples().runs(),
          number(m.cpuMicrosPerOperation()),
          number(m.othersPercent()));
    }
    return of.id() + ": " + of.title() + "\n" + table;
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    String format = size >= 1000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
