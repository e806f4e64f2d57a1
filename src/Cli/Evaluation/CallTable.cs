using System.Globalization;
using Spectre.Console;

namespace Understudy.Cli.Evaluation;

/// <summary>Shows a <see cref="CallReport"/> to a person.</summary>
internal static class CallTable
{
    public static void Write(CallReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Task} {report.Release} on {report.Records:N0} records{(report.Malformed > 0 ? $" ({report.Malformed} lines could not be used)" : "")}"));
        var table = new Table().RoundedBorder().AddColumns("", "lead", "draft alone");
        table.AddRow("whole call right", Text($"{report.ExactMatch:0.0%}"), report.DraftExactMatch is { } draft ? Text($"{draft:0.0%}") : "–");
        table.AddRow("intent right", Text($"{report.IntentAccuracy:0.0%}"), "");
        table.AddRow("valid JSON", Text($"{report.ValidJson:0.0%}"), "");
        console.Write(table);
        console.WriteLine(Text($"{report.TokensPerSecond:0} tokens/s with {report.Ahead} ahead, {report.PlainTokensPerSecond:0} without: {report.Speedup:0.00} times as fast, {report.AcceptedLength:0.00} tokens a pass; {report.Identical:0.0%} of the answers the same, token for token."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
