using System.Globalization;
using System.Text;

namespace Understudy.Workflows.Retraining;

/// <summary>The account of a retraining as Markdown: it goes into the release, or stands beside its rejection.</summary>
internal static class RetrainReport
{
    public const string FileName = "report.md";

    public static string Write(RetrainInput run, string version, string trained, Curation curation, GateReport? gate, bool accepted, IReadOnlyList<string> reasons)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# {run.Task} {version}: {(accepted ? "accepted" : "rejected")}\n");
        reasons.ToList().ForEach(reason => Line($"- {reason}"));
        Line($"\nStarted by {run.Reason}; compared with release {run.Serving}. {trained}");
        Line($"\n## Lessons\n");
        Line($"| read | malformed | copies | near copies | conflicting | in the regression set | usable |");
        Line($"| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        Line($"| {curation.Read} | {curation.Malformed} | {curation.Duplicates} | {curation.NearDuplicates} | {curation.Conflicting} | {curation.Leaked} | {curation.Usable} |");
        Line($"\n{curation.Train} to learn from, {curation.Calibration} to choose thresholds on, {curation.Held} held out for the gate, and {curation.Regression} of the frozen regression set.");
        if (curation.LeadAgreement is { } agreement)
        {
            Line($"Asked again about a sample of them, the lead said the same to {agreement:P1}.");
        }

        Line($"\n| label | lessons | |");
        Line($"| --- | ---: | --- |");
        var most = curation.ByLabel.Values.DefaultIfEmpty().Max();
        foreach (var (label, count) in curation.ByLabel)
        {
            Line($"| {label} | {count} | {Bar(count, most)} |");
        }

        if (gate is not null)
        {
            Gate(gate, Line);
        }

        return text.ToString();
    }

    private static void Gate(GateReport gate, Action<FormattableString> line)
    {
        var (before, after) = (gate.Before, gate.After);
        line($"\n## Gate: {gate.Examples} examples\n");
        line($"| | serves | new |");
        line($"| --- | ---: | ---: |");
        line($"| student's accuracy | {before.StudentAccuracy:P2} | {after.StudentAccuracy:P2} |");
        line($"| cascade's accuracy | {before.Accuracy:P2} | {after.Accuracy:P2} |");
        line($"| answered by students | {before.StudentShare:P1} | {after.StudentShare:P1} |");
        line($"| student's calibration error | {before.CalibrationError:P2} | {after.CalibrationError:P2} |");
        line($"| student's ms a text | {before.StudentMilliseconds:0.000} | {after.StudentMilliseconds:0.000} |");
        line($"| all tiers' ms a text | {before.Milliseconds:0.000} | {after.Milliseconds:0.000} |");
        line($"| bytes | {before.Bytes} | {after.Bytes} |");
        line($"| thresholds keep the guarantee | {(before.Certified ? "yes" : "no")} | {(after.Certified ? "yes" : "no")} |");
        line($"\nThat the new cascade is no worse is believed at p = {gate.PValue:0.000} (exact McNemar test, one-sided).\n");
        line($"| label | examples | recall, serves | recall, new |");
        line($"| --- | ---: | ---: | ---: |");
        foreach (var (label, recall) in gate.Recalls)
        {
            line($"| {label} | {recall.Examples} | {recall.Before:P1} | {recall.After:P1} |");
        }
    }

    private static string Bar(int count, int most) => new('█', most == 0 ? 0 : (int)Math.Round(20.0 * count / most));
}
