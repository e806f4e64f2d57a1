using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.Routing;

/// <summary><c>understudy bench routing --data FILE</c></summary>
internal sealed class RoutingBenchCommand : CliCommand
{
    private readonly Option<string> _data = new("--data") { Description = "Records with 'prompt' and, for two models, whether each was right ('NAME_correct').", HelpName = "FILE", Required = true };
    private readonly Option<string?> _plot = BenchPlot.Option();

    public RoutingBenchCommand(SharedOptions shared)
        : base(shared, "routing", "Cross-validates a router that decides before any call whether the strong model is worth it.")
    {
        Options.Add(_data);
        Options.Add(_plot);
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = RoutedFile.Read(invocation.Get(_data)!, invocation.Screen);
        if (file.Examples.Count < Folds.Count * 2)
        {
            throw new CommandFailedException($"There are {file.Examples.Count} records; at least {Folds.Count * 2} are needed to train on some and test on others.");
        }

        if (file.Examples.Count(e => e.StrongRight) == file.Examples.Count(e => e.WeakRight))
        {
            throw new CommandFailedException($"{file.Weak} and {file.Strong} are right equally often: there is no gap for a router to recover. Compare a weaker and a stronger model.");
        }

        RoutingReport report;
        using (var progress = invocation.Screen.Progress($"Training a router {Folds.Count} times on {file.Examples.Count} records"))
        {
            report = RoutingBench.Run(file, BenchPlot.Path(invocation.Get(_plot), "routing.png"), done => progress.Report(done), cancellationToken);
        }

        invocation.Screen.Result(report, console => Show(report, console));
        return Task.FromResult(CommandLine.Done);
    }

    private static void Show(RoutingReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Records:N0} records; {report.Weak} is right on {report.WeakAccuracy:0.0%}, {report.Strong} on {report.StrongAccuracy:0.0%}"));
        var table = new Table().RoundedBorder().AddColumns("order", "area (APGR)");
        table.AddRow(Text($"router, {report.Folds}-fold"), Text($"{report.Apgr:0.000}"));
        table.AddRow("longest first", Text($"{report.LengthApgr:0.000}"));
        table.AddRow("at random", Text($"{report.RandomApgr:0.000} ± {report.RandomApgrDeviation:0.000}"));
        console.Write(table);
        console.WriteLine(Text($"Half of the gap between them takes {report.Cpt50:0.0%} of the calls (CPT 50), four fifths {report.Cpt80:0.0%} (CPT 80); routing takes {report.MsPerRecord:0.00} ms a record."));
        console.WriteLine($"Drawn in {report.Plot}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
