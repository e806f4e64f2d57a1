using System.Globalization;
using Spectre.Console;

namespace Understudy.Cli.Evaluation;

/// <summary>Shows a <see cref="CallReport"/> to a person.</summary>
internal static class CallTable
{
    public static void Write(CallReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Task} {report.Release} on {report.Records:N0} records{(report.Malformed > 0 ? $" ({report.Malformed} lines could not be used)" : "")}"));
        var quality = new Table().RoundedBorder().AddColumns("", "lead", "its language model alone", "tagger alone", "draft alone");
        quality.AddRow("whole call right", Share(report.ExactMatch), Share(report.LanguageModelExactMatch), Share(report.TaggerExactMatch), Share(report.DraftExactMatch));
        quality.AddRow("intent right", Share(report.IntentAccuracy), "", "", Share(report.DraftIntentAccuracy));
        quality.AddRow("valid JSON", Share(report.ValidJson), "", "", Share(report.DraftValidJson));
        console.Write(quality);
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

    private static string Share(double? share) => share is null ? "–" : Text($"{share:0.0%}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
