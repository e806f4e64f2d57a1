using System.Globalization;
using Spectre.Console;

namespace Understudy.Cli.Evaluation;

/// <summary>Shows an <see cref="EvaluationReport"/> to a person.</summary>
internal static class EvaluationTable
{
    private const int MostNamed = 10;

    public static void Write(EvaluationReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Task} {report.Release} on {report.Records:N0} records{(report.Malformed > 0 ? $" ({report.Malformed} lines could not be used)" : "")}"));
        if (report.Unanswered is { Count: > 0 } unanswered)
        {
            console.WriteLine(Text($"{unanswered.Count:N0} records are left out, as the lead did not answer them: {string.Join(", ", unanswered.Take(MostNamed))}{(unanswered.Count > MostNamed ? ", …" : "")}."));
        }

        var tiers = new Table().RoundedBorder().AddColumns("tier", "answers", "accuracy", "ms an item", "bytes");
        foreach (var tier in report.Tiers)
        {
            tiers.AddRow(
                Markup.Escape(tier.Name), Text($"{tier.Share:0.0%}"), tier.Accuracy is { } accuracy ? Text($"{accuracy:0.00%}") : "–",
                Text($"{tier.MsPerItem:0.000}"), Text($"{tier.Bytes:N0}"));
        }

        console.Write(tiers);
        var both = new Table().RoundedBorder().AddColumns("", "cascade", "lead alone");
        both.AddRow("accuracy", Text($"{report.Accuracy:0.00%}"), Text($"{report.LeadAccuracy:0.00%}"));
        both.AddRow("macro-F1", Text($"{report.MacroF1:0.000}"), Text($"{report.LeadMacroF1:0.000}"));
        both.AddRow("model time", Text($"{report.CostRatio:0.0%}"), "100.0%");
        console.Write(both);
        console.WriteLine(Text($"Students answer {report.StudentShare:0.0%}; the two differ on {report.Disagreements:N0} records; ECE {report.Ece:0.000}, AUROC {report.Auroc:0.000}."));
        var start = report.Ensemble is { } ensemble ? Text($"Before the {ensemble} has its say {report.VerifiedAccuracy:0.00%}; the") : "The";
        console.WriteLine(Text($"{start} best member, {report.BestMember}, {report.BestMemberAccuracy:0.00%} when asked about all."));
        if (report.StackAccuracy is { } stack)
        {
            console.WriteLine(Text($"The stack, all tiers asked: {stack:0.00%}{(report.StackBy == "stack" ? "" : $" (by {report.StackBy} alone: cross-validation showed no gain over it)")}."));
        }

        if (report.OosAuroc is { } auroc)
        {
            console.WriteLine(Text($"{report.OutOfScope:N0} records are out of scope: AUROC {auroc:0.000} by the lead's greatest probability, {report.OosEnergyAuroc:0.000} by its energy."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
