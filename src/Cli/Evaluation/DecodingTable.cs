using System.Globalization;
using Spectre.Console;

namespace Understudy.Cli.Evaluation;

/// <summary>Shows a person how fast a release writes.</summary>
internal static class DecodingTable
{
    public static string Title(DecodingReport report) =>
        Text($"{report.Task} {report.Release} on {report.Records:N0} records{(report.Malformed > 0 ? $" ({report.Malformed} lines could not be used)" : "")}");

    public static void Write(DecodingReport report, IAnsiConsole console)
    {
        var speed = new Table().RoundedBorder().AddColumns("ahead of the lead", "tokens a pass", "tokens/s");
        speed.AddRow("nothing", "1.00", Text($"{report.PlainTokensPerSecond:0}"));
        foreach (var proposer in report.Proposers)
        {
            speed.AddRow(proposer.Name, Text($"{proposer.AcceptedLength:0.00}"), Text($"{proposer.TokensPerSecond:0}"));
        }

        speed.AddRow("all, where it pays", Text($"{report.AcceptedLength:0.00}"), Text($"{report.TokensPerSecond:0}"));
        console.Write(speed);
        console.WriteLine(Text($"With all of them the lead is {report.Speedup:0.00} times as fast; {report.Identical:0.0%} of its answers are the same, token for token."));
        if (report.Unanswered > 0)
        {
            console.WriteLine(Text($"{report.Unanswered:N0} requests are too long for the lead and count as wrong."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
