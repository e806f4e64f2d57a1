using System.Globalization;
using Spectre.Console;

namespace Understudy.Cli.Evaluation;

/// <summary>Shows a <see cref="CompletionReport"/> to a person.</summary>
internal static class CompletionTable
{
    public static void Write(CompletionReport report, IAnsiConsole console)
    {
        console.WriteLine(DecodingTable.Title(report));
        var quality = new Table().RoundedBorder().AddColumns("", "lead", "draft alone");
        quality.AddRow("answer right", Share(report.ExactMatch), Share(report.DraftExactMatch));
        if (report.ValidJson is not null)
        {
            quality.AddRow("valid JSON", Share(report.ValidJson), Share(report.DraftValidJson));
        }

        console.Write(quality);
        DecodingTable.Write(report, console);
    }

    private static string Share(double? share) => share is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{share:0.0%}");
}
