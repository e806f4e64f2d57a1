using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.Scale;

/// <summary><c>understudy bench scale</c>: what 1 to 10,000 requests a second come to, from what this machine does.</summary>
internal sealed class ScaleBenchCommand : CliCommand
{
    private readonly Option<int> _requests = Numbers.Option(
        "--requests", "Mails that are really sent at each load, twice, and once alone; 0 for all of the corpus.", "N", 400, "0, or a whole number from 50 up", requests => requests is 0 or >= 50);

    private readonly Option<int> _rounds = Numbers.Option("--rounds", "How often each load is sent; the middle one counts.", "N", 7, "a whole number from 1 up", rounds => rounds >= 1);
    private readonly Option<double> _memory = Numbers.Option("--memory", "GB of one instance.", "GB", 4.0, "a number above 0", memory => memory > 0);
    private readonly Option<double> _busy = Shares.Option("--busy", "The share of an instance's capacity above which another one is started.", 0.6);
    private readonly Option<double> _second = Price("--gb-second", "Price of a GB-second: put in your region's.", 0.000026);
    private readonly Option<double> _million = Price("--million-executions", "Price of a million executions.", 0.4);

    public ScaleBenchCommand(SharedOptions shared)
        : base(shared, "scale", "Predicts latency and cost for 1 to 10,000 requests a second by simulation, beside real runs of the local host at three loads.")
    {
        Options.Add(_requests);
        Options.Add(_rounds);
        Options.Add(_memory);
        Options.Add(_busy);
        Options.Add(_second);
        Options.Add(_million);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var assumptions = new ScaleAssumptions(invocation.Get(_memory), invocation.Get(_busy), invocation.Get(_second), invocation.Get(_million));
        var report = await new ScaleBench(invocation.ModelsFolder, invocation.Get(_requests), invocation.Get(_rounds), assumptions, invocation.Screen.Note).RunAsync(cancellationToken);
        invocation.Screen.Result(report, console => Show(report, console));
        return CommandLine.Done;
    }

    private static Option<double> Price(string name, string description, double value) => Numbers.Option(name, description, "PRICE", value, "a number from 0 up", price => price >= 0);

    private static void Show(ScaleReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Task}: a request alone takes {report.MeanMilliseconds:0.0} ms, an instance answers {report.InstancePerSecond:0.0} a second when they come at random, {report.PressedPerSecond:0.0} when callers press it."));
        var compared = new Table().RoundedBorder().AddColumns("requests/s", "load", "mean, measured", "predicted", "off by", "p95, measured", "predicted", "off by");
        foreach (var line in report.Compared)
        {
            compared.AddRow(
                Text($"{line.PerSecond:0.0}"), Text($"{line.Busy:0%}"), Ms(line.Measured.Mean), Ms(line.Predicted.Mean), Text($"{line.MeanError:+0%;-0%;0%}"),
                Ms(line.Measured.P95), Ms(line.Predicted.P95), Text($"{line.P95Error:+0%;-0%;0%}"));
        }

        console.Write(compared);
        console.WriteLine(report.Agrees ? "Every mean is predicted within 20 %." : "Not every mean is predicted within 20 %: something else kept the machine busy, or the assumptions do not hold here.");
        var predicted = new Table().RoundedBorder().AddColumns("requests/s", "instances", "p50", "p95", "p99", "cost a month", "cost a million requests");
        foreach (var line in report.Predicted)
        {
            predicted.AddRow(
                Text($"{line.PerSecond:N0}"), Text($"{line.Instances:N0}"), Ms(line.Latency.P50), Ms(line.Latency.P95), Ms(line.Latency.P99), Text($"{line.CostAMonth:N2}"), Text($"{line.CostAMillion:N2}"));
        }

        console.Write(predicted);
        foreach (var assumption in report.Assumptions)
        {
            console.WriteLine("· " + assumption);
        }
    }

    private static string Ms(double milliseconds) => Text($"{milliseconds:0.0} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
