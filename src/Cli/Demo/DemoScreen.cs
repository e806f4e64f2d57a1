using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Demo;

/// <summary>What people see: live bars on a terminal, plain lines elsewhere. With <c>--json</c> it goes to standard error.</summary>
internal sealed class DemoScreen
{
    private const int PlainWidth = 140;

    private readonly IAnsiConsole _console;
    private readonly bool _live;

    public DemoScreen(Surroundings surroundings, bool json)
    {
        var output = json ? surroundings.Error : surroundings.Output;
        _live = json ? surroundings.ErrorIsTerminal : ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        _console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) });
        if (!_live)
        {
            _console.Profile.Width = PlainWidth;
        }
    }

    public void Say(string text) => _console.WriteLine(text);

    /// <summary>Runs work that tells how far it is, under a progress bar.</summary>
    public async Task<T> FollowAsync<T>(string what, int total, Func<Action<int>, Task<T>> work)
    {
        if (!_live)
        {
            return await work(PlainLines(what, total));
        }

        return await _console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(what), maxValue: total);
                var result = await work(done => bar.Value = done);
                bar.Value = total;
                return result;
            });
    }

    /// <summary>The table, the counts and three receipts.</summary>
    public static void Show(IAnsiConsole console, DemoResult result)
    {
        console.WriteLine();
        console.Write(Table(result));
        var report = result.Report;
        console.WriteLine(Invariant($"The cascade cost {report.CostRatio:P1} of what the lead alone costs, and students answered {report.StudentShare:P1} of {report.Mails} mails."));
        console.WriteLine(Invariant($"Batch: {report.Batch.Records} records, {report.Batch.Lost} lost, {report.Batch.Duplicated} duplicated; the host was {(report.Batch.Killed ? "killed in the middle" : "not killed")}."));
        console.WriteLine(Invariant($"Retraining: {report.Retrain.Lessons} of the lead's answers, in {report.Retrain.Seconds:0.0} s. {(report.Retrain.Before is null ? "Nothing was compared" : Invariant($"The student knew {report.Retrain.Before:P2} and knows {report.Retrain.After:P2}"))}: {(report.Retrain.Accepted ? "released" : "not released")}."));
        console.WriteLine(Invariant($"Edge: {report.Edge.BytesSent} of {report.Edge.BytesFull} bytes brought the last release; cut off, the site judges {report.Edge.Agreement:P1} of the mails as the product did."));
        console.WriteLine();
        foreach (var (answer, truth) in result.Receipts)
        {
            console.WriteLine($"{answer.Id} ({(answer.Label == truth ? "rightly" : $"wrongly, it is {truth}")}): {answer.Receipt.Describe()}");
        }

        console.WriteLine();
        console.WriteLine(Invariant($"Done in {report.Seconds:0} s."));
    }

    private static Table Table(DemoResult result)
    {
        var report = result.Report;
        var table = new Table().Border(TableBorder.Rounded).AddColumn("tier");
        foreach (var column in new[] { "read", "answered", "share", "accuracy", "ms a mail" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var tier in result.Tiers)
        {
            table.AddRow(
                Markup.Escape(tier.Tier),
                Invariant($"{tier.Asked}"),
                Invariant($"{tier.Answered}"),
                Invariant($"{(double)tier.Answered / report.Mails:P1}"),
                tier.Answered == 0 ? "-" : Invariant($"{tier.Accuracy:P2}"),
                tier.Asked == 0 ? "-" : Invariant($"{tier.MillisecondsPerMail:0.000}"));
        }

        var perMail = result.LeadMillisecondsPerMail;
        table.AddEmptyRow();
        table.AddRow("all together", "", Invariant($"{report.Mails}"), "100.0 %", Invariant($"{report.Accuracy:P2}"), Invariant($"{report.CostRatio * perMail:0.000}"));
        table.AddRow("lead alone", Invariant($"{report.Mails}"), Invariant($"{report.Mails}"), "100.0 %", Invariant($"{report.LeadAccuracy:P2}"), Invariant($"{perMail:0.000}"));
        return table;
    }

    private Action<int> PlainLines(string what, int total)
    {
        var said = -1;
        return done =>
        {
            var tenth = total == 0 ? 10 : done * 10 / total;
            if (tenth > said)
            {
                said = tenth;
                Say(Invariant($"{what}: {done} of {total}"));
            }
        };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
