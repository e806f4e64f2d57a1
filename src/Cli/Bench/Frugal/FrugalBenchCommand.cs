using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Quality;

namespace Understudy.Cli.Bench.Frugal;

/// <summary><c>understudy bench frugal --train FILE --data FILE --published FILE</c></summary>
internal sealed class FrugalBenchCommand : CliCommand
{
    private readonly Option<string> _train = new("--train") { Description = "Labelled records to train a student on.", HelpName = "FILE", Required = true };
    private readonly Option<string> _data = new("--data") { Description = "Labelled records to test it on.", HelpName = "FILE", Required = true };
    private readonly Option<string> _published = new("--published") { Description = "FrugalGPT's summary of the same task, a CSV file.", HelpName = "FILE", Required = true };
    private readonly Option<string> _model = new("--model") { Description = "The published model that the student passes on to.", HelpName = "NAME", DefaultValueFactory = _ => "gpt-4o-mini" };
    private readonly Option<double> _core = Numbers.Option("--core-hour", "Dollars for an hour of one core.", "DOLLARS", 0.05, "a number above 0, such as 0.05", dollars => dollars > 0);
    private readonly Option<string?> _plot = BenchPlot.Option();

    public FrugalBenchCommand(SharedOptions shared)
        : base(shared, "frugal", "Trains a student and draws accuracy by price over FrugalGPT's published curve.")
    {
        foreach (var option in (Option[])[_train, _data, _published, _model, _core, _plot])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var published = PublishedCurve.Read(invocation.Get(_published)!);
        var model = published.FirstOrDefault(point => point.Method == invocation.Get(_model)) ?? throw new CommandFailedException(
            $"The summary has no model '{invocation.Get(_model)}'. It has {string.Join(", ", published.Select(point => point.Method).Distinct())}.");
        var training = await LabelledFile.ReadAsync(invocation.Get(_train)!, null, cancellationToken).ConfigureAwait(false);
        training.ReportMalformed(invocation.Screen, Path.GetFileName(invocation.Get(_train)!));
        if (training.Records.Count < 20 || training.Records.Select(record => record.Label).Distinct().Count() < 2)
        {
            throw new CommandFailedException($"There are {training.Records.Count} records to train on; at least 20 of two labels are needed.");
        }

        var test = await LabelledFile.ReadAsync(invocation.Get(_data)!, training.Records.Select(record => record.Label).ToHashSet(), cancellationToken).ConfigureAwait(false);
        test.ReportMalformed(invocation.Screen, Path.GetFileName(invocation.Get(_data)!));
        if (test.Records.Count == 0)
        {
            throw new CommandFailedException("There is no record to test on.");
        }

        var (right, confidences, milliseconds) = Ask(invocation, training, test, cancellationToken);
        var dollars = milliseconds / 3_600_000 * invocation.Get(_core);
        var accuracy = ShareInterval.Of(right.Count(one => one), right.Length, 0.95);
        var frugal = published.Where(point => point.Method == PublishedCurve.Frugal).ToList();
        var report = new FrugalReport
        {
            Records = test.Records.Count,
            TrainingRecords = training.Records.Count,
            Malformed = training.Malformed.Count + test.Malformed.Count,
            Accuracy = accuracy.Value,
            AccuracyLow = accuracy.Low,
            AccuracyHigh = accuracy.High,
            Milliseconds = milliseconds,
            Dollars = dollars,
            DollarsPerCoreHour = invocation.Get(_core),
            FrugalBest = frugal.OrderByDescending(point => point.Accuracy).ThenBy(point => point.Dollars).First(),
            FrugalCheapest = frugal.MinBy(point => point.Dollars)!,
            Model = model,
            Curve = FrugalBench.Curve(right, confidences, dollars, model),
            Published = published,
            Plot = BenchPlot.Path(invocation.Get(_plot), "frugal.png"),
        };
        FrugalPlot.Draw(report.Plot, report);
        invocation.Screen.Result(report, console =>
        {
            console.WriteLine(Text($"A student trained on {report.TrainingRecords:N0} records is right on {report.Accuracy:0.0%} of {report.Records:N0} (95 %: {report.AccuracyLow:0.0%} to {report.AccuracyHigh:0.0%}), for {report.Dollars:0.0e0} dollars a question."));
            console.WriteLine(Text($"FrugalGPT as published: {report.FrugalBest.Accuracy:0.0%} for {report.FrugalBest.Dollars:0.0e0}, {report.FrugalCheapest.Accuracy:0.0%} for {report.FrugalCheapest.Dollars:0.0e0}."));
            console.WriteLine($"Drawn in {report.Plot}");
        });
        return CommandLine.Done;
    }

    private static (bool[] Right, double[] Confidences, double Milliseconds) Ask(Invocation invocation, LabelledData training, LabelledData test, CancellationToken cancellationToken)
    {
        using var progress = invocation.Screen.Progress($"Training a student on {training.Records.Count} records");
        return FrugalBench.Ask(training.Records, test.Records, done => progress.Report(done), cancellationToken);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
