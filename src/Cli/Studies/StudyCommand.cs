using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Bench;
using Understudy.Cli.Shell;
using Understudy.Training.Studies;

namespace Understudy.Cli.Studies;

/// <summary><c>understudy study NAME</c>: the ablation of a teaching or compression method on real data.</summary>
internal sealed class StudyCommand : CliCommand
{
    private const int FirstSeed = 17;
    private const int MostSeeds = 100;

    private readonly Argument<string> _name = new("NAME") { Description = string.Join(" ", StudyCatalog.Listing.Select(study => $"{study.Name} ({string.Join(", ", study.Sets)}): {study.Description}")) };
    private readonly Option<string?> _set = new("--set") { Description = "The data set (default: the first that the study knows).", HelpName = "SET" };
    private readonly Option<string?> _data = new("--data") { Description = "The folder with the data sets (default: UNDERSTUDY_DATA, else shared/data).", HelpName = "DIR" };
    private readonly Option<int> _seeds = Numbers.Option(
        "--seeds", "How often every variant is measured.", "N", 3, $"a whole number from 1 to {MostSeeds}", seeds => seeds is >= 1 and <= MostSeeds);

    private readonly Option<string[]> _variant = new("--variant") { Description = "Measure only this variant (default: all). May be repeated.", HelpName = "NAME" };
    private readonly Option<int?> _epochs = Count("--epochs", "Passes over the data in place of the study's own number.");
    private readonly Option<int?> _limit = Count("--limit", "At most this many examples to train on.");
    private readonly Option<string?> _work = new("--work") { Description = "Where leads and finished measurements are kept; a study goes on from them (default: .understudy/studies).", HelpName = "DIR" };
    private readonly Option<string?> _plot = BenchPlot.Option();

    public StudyCommand(SharedOptions shared)
        : base(shared, "study", "Measures what a teaching or compression method does, against the same without it, over several seeds.")
    {
        _name.AcceptOnlyFromAmong([.. StudyCatalog.Listing.Select(study => study.Name)]);
        Arguments.Add(_name);
        foreach (var option in (Option[])[_set, _data, _seeds, _variant, _epochs, _limit, _work, _plot])
        {
            Options.Add(option);
        }
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = invocation.Get(_name)!;
        var set = invocation.Get(_set) ?? StudyCatalog.Listing.Single(study => study.Name == name).Sets[0];
        var options = new StudyOptions
        {
            Set = set,
            Data = invocation.Get(_data),
            Models = invocation.ModelsFolder,
            WorkFolder = Path.GetFullPath(invocation.Get(_work) ?? Path.Combine(".understudy", "studies")),
            Seeds = [.. Enumerable.Range(FirstSeed, invocation.Get(_seeds))],
            Variants = invocation.Get(_variant) ?? [],
            Epochs = invocation.Get(_epochs),
            Limit = invocation.Get(_limit),
        };
        StudyReport report;
        using (var screen = new StepScreen(invocation.Screen))
        {
            report = new StudyRun(name, options, screen).Run(BenchPlot.Path(invocation.Get(_plot), $"study-{name}-{set}.png"), cancellationToken);
        }

        invocation.Screen.Result(report, console => Show(report, console));
        return Task.FromResult(CommandLine.Done);
    }

    private static Option<int?> Count(string name, string description) => Numbers.Optional<int>(name, description, "N", "a whole number from 1 up", count => count >= 1);

    private static void Show(StudyReport report, IAnsiConsole console)
    {
        console.WriteLine($"{report.Study} on {report.Data}");
        foreach (var (name, value) in report.Facts)
        {
            console.WriteLine($"{name}: {Number(value)}");
        }

        string Spread(double deviation) => report.Seeds.Count > 1 ? Text($" ± {100 * deviation:0.0}") : "";
        var facts = report.Variants[0].Facts.Keys.ToArray();
        var table = new Table().RoundedBorder().AddColumns(["variant", report.Metric, .. facts]);
        foreach (var variant in report.Variants)
        {
            table.AddRow([variant.Name, Text($"{variant.Mean:0.0%}") + Spread(variant.Deviation), .. facts.Select(fact => Number(variant.Facts[fact]))]);
        }

        console.Write(table);
        foreach (var comparison in report.Comparisons)
        {
            console.WriteLine(Text($"{comparison.Name} against {comparison.Against}: {100 * comparison.Difference:+0.0;−0.0;0.0}{Spread(comparison.Deviation)} points, better on {comparison.Better} of {report.Seeds.Count} seeds"));
        }

        if (report.Front.Count > 0)
        {
            console.WriteLine($"Nothing is both smaller and better than: {string.Join(", ", report.Front)}");
        }

        console.WriteLine(report.Row);
        console.WriteLine($"Drawn in {report.Plot}");
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "N0" : "0.###", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
