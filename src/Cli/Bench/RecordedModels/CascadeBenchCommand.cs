using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary><c>understudy bench cascade --data FILE</c></summary>
internal sealed class CascadeBenchCommand : CliCommand
{
    private readonly Option<string> _data = new("--data") { Description = "Questions with their answers and the sampled answers of two or more models.", HelpName = "FILE", Required = true };
    private readonly Option<double> _epsilon = Shares.Option("--epsilon", "At most this share of questions answered wrongly where the lead is right …", 0.05);
    private readonly Option<double> _delta = Shares.Option("--delta", "… except with this probability.", 0.1);
    private readonly Option<string[]> _price = new("--price") { Description = "Dollars a million tokens read and written (default: list prices of 2023 where known, else a tenth of the next model's). May be repeated.", HelpName = "MODEL=IN/OUT" };
    private readonly Option<string?> _plot = BenchPlot.Option();

    public CascadeBenchCommand(SharedOptions shared)
        : base(shared, "cascade", "Chooses a cascade of recorded models that keeps a guarantee, and measures it on held-out questions.")
    {
        foreach (var option in (Option[])[_data, _epsilon, _delta, _price, _plot])
        {
            Options.Add(option);
        }
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var given = Prices(invocation.Get(_price) ?? []);
        var file = RecordedFile.Read(invocation.Get(_data)!, invocation.Screen);
        if (given.Keys.Except(file.Names).FirstOrDefault() is { } unknown)
        {
            throw new BadUsageException($"--price '{unknown}': there is no such model in the file, which has {string.Join(", ", file.Names)}.");
        }

        if (file.Questions.Count < Folds.Count * 2)
        {
            throw new CommandFailedException($"There are {file.Questions.Count} questions that every model answered; at least {Folds.Count * 2} are needed to choose on some and test on others.");
        }

        var prices = TokenPrice.For(file.Names, given);
        CascadeBenchReport report;
        using (var progress = invocation.Screen.Progress($"Choosing on {file.Questions.Count} questions"))
        {
            report = CascadeBench.Run(file, prices, new(invocation.Get(_epsilon), invocation.Get(_delta)), BenchPlot.Path(invocation.Get(_plot), "cascade.png"), done => progress.Report(done), cancellationToken);
        }

        invocation.Screen.Result(report, console => Show(report, console));
        return Task.FromResult(CommandLine.Done);
    }

    private static Dictionary<string, TokenPrice> Prices(string[] texts)
    {
        Dictionary<string, TokenPrice> prices = [];
        foreach (var text in texts)
        {
            var (model, price) = TokenPrice.Parse(text) ?? throw new BadUsageException($"--price '{text}' is no price: write MODEL=INPUT/OUTPUT, such as gpt4=30/60.");
            if (!prices.TryAdd(model, price))
            {
                throw new BadUsageException($"--price '{model}' is given twice; give each model one price.");
            }
        }

        return prices;
    }

    private static void Show(CascadeBenchReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Records:N0} questions that every model answered{(report.Incomplete > 0 ? $" ({report.Incomplete:N0} lack a model)" : "")}"));
        var tiers = new Table().RoundedBorder().AddColumns("tier", "alone", "cost", "answers", "threshold", "$ a million tokens");
        foreach (var tier in report.Tiers)
        {
            var threshold = report.Thresholds.TryGetValue(tier.Name, out var value) ? value > 1 ? "never" : Text($"{value:0.0000}") : "–";
            tiers.AddRow(Markup.Escape(tier.Name), Text($"{tier.Accuracy:0.0%}"), Text($"{tier.CostRatio:0.0%}"), Text($"{tier.Share:0.0%}"), threshold, Text($"{tier.InputPrice} / {tier.OutputPrice}{(tier.PriceAssumed ? " (assumed)" : "")}"));
        }

        console.Write(tiers);
        console.WriteLine(report.Promise);
        console.WriteLine(Text($"On held-out questions: accuracy {report.Accuracy:0.0%} (lead {report.LeadAccuracy:0.0%}), loss {report.Risk:0.0%}, cost {report.CostRatio:0.0%} of the lead's; {report.Samples} samples of each way of asking."));
        console.WriteLine(Text($"The lead's accuracy for {report.CostAtEqualAccuracy:0.0%} of its cost; chosen on other questions, {report.EqualAccuracy.HeldOutAccuracy:0.0%} for {report.EqualAccuracy.HeldOutCostRatio:0.0%}."));
        console.WriteLine(report.Check.Describe());
        console.WriteLine($"Drawn in {report.Plot}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
