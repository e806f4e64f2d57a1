using System.Globalization;
using Spectre.Console;

namespace Understudy.Cli.Evaluation;

/// <summary>Shows a <see cref="CallReport"/> to a person.</summary>
internal static class CallTable
{
    public static void Write(CallReport report, IAnsiConsole console)
    {
        console.WriteLine(DecodingTable.Title(report));
        var quality = new Table().RoundedBorder().AddColumns("", "lead", "its language model alone", "tagger alone", "draft alone");
        quality.AddRow("whole call right", Share(report.ExactMatch), Share(report.LanguageModelExactMatch), Share(report.TaggerExactMatch), Share(report.DraftExactMatch));
        quality.AddRow("intent right", Share(report.IntentAccuracy), "", "", Share(report.DraftIntentAccuracy));
        quality.AddRow("valid JSON", Share(report.ValidJson), "", "", Share(report.DraftValidJson));
        console.Write(quality);
        DecodingTable.Write(report, console);
    }

    private static string Share(double? share) => share is null ? "–" : Text($"{share:0.0%}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
