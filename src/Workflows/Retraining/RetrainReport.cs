using System.Globalization;
using System.Text;
using Understudy.Inference.Lessons;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Retraining;

/// <summary>The account of a retraining as Markdown: it goes into the release, or stands beside its rejection.</summary>
internal static class RetrainReport
{
    public const string FileName = "report.md";

    /// <param name="conclusion">All that is known.</param>
    /// <param name="trained">What the training says of itself; empty where nothing was trained.</param>
    /// <param name="accepted">Whether it is released.</param>
    public static string Write(ConcludeInput conclusion, string trained, bool accepted)
    {
        var (run, curation) = (conclusion.Run, conclusion.Curation);
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# {run.Task} {conclusion.Version}: {(accepted ? "accepted" : "rejected")}\n");
        conclusion.Reasons.ToList().ForEach(reason => Line($"- {reason}"));
        Line($"\nStarted by {run.Reason}; compared with release {run.Serving}. {trained}");
        Line($"\n## Lessons\n");
        Line($"| read | malformed | copies | near copies | conflicting | in the regression set | usable |");
        Line($"| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        Line($"| {curation.Read} | {curation.Malformed} | {curation.Duplicates} | {curation.NearDuplicates} | {curation.Conflicting} | {curation.Leaked} | {curation.Usable} |");
        if (curation.Absent + curation.Ambiguous + curation.OutsideSchema > 0)
        {
            Line($"\nOf calls that no tagger learns from, {curation.Absent} have a value that is no words of the request, {curation.Ambiguous} one that stands there more than once, and {curation.OutsideSchema} are none that the task's schema allows. Of the former two, {curation.OnlyJudged} are among the lessons for thresholds and for the gate, because students are asked such things too.");
        }

        Line($"\n{curation.Train} to learn from, {curation.Calibration} to choose thresholds on, {curation.Held} held out for the gate, and {curation.Regression} of the frozen regression set.");
        if (curation.Undrawn > 0)
        {
            Line($"{curation.Undrawn} others were not drawn for thresholds; nobody learns from them, because a later run may draw them.");
        }

        if (curation.Audited is { } audited)
        {
            Line($"{(audited.Count > 0
                ? $"Thresholds hold for inputs as they came to {string.Join(", ", audited)}: audited answers stand for all that students gave there by themselves."
                : "Too few answers were audited to know how inputs come: thresholds hold for inputs like these lessons.")} Each text counts once, however often it came.");
        }

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

        if (conclusion.Gate is { } gate)
        {
            Line($"\n## Training\n");
            Line($"![The loss on the lessons, epoch by epoch]({RetrainingPlots.Loss})");
            Line($"![How often the student says what the lead says, by the share that it answers]({RetrainingPlots.Coverage})");
            Gate(gate, Line);
        }

        if (conclusion.Shadow is { } shadow)
        {
            Shadow(shadow, run, Line);
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
        line($"| cascade's accuracy{(gate.Dropped is { } ensemble ? $" without the {ensemble}" : "")} | {before.Accuracy:P2} | {after.Accuracy:P2} |");
        line($"| answered by students | {before.StudentShare:P1} | {after.StudentShare:P1} |");
        line($"| student's calibration error | {before.CalibrationError:P2} | {after.CalibrationError:P2} |");
        line($"| student's ms a text | {before.StudentMilliseconds:0.000} | {after.StudentMilliseconds:0.000} |");
        foreach (var (name, was, now) in gate.Others ?? [])
        {
            line($"| accuracy of '{name}' | {was.Accuracy:P2} | {now.Accuracy:P2} |");
            line($"| its calibration error | {was.CalibrationError:P2} | {now.CalibrationError:P2} |");
            line($"| its ms a text | {was.Milliseconds:0.000} | {now.Milliseconds:0.000} |");
        }

        line($"| all tiers' ms a text | {before.Milliseconds:0.000} | {after.Milliseconds:0.000} |");
        line($"| bytes | {before.Bytes} | {after.Bytes} |");
        line($"| thresholds keep the guarantee | {(before.Certified ? "yes" : "no")} | {(after.Certified ? "yes" : "no")} |");
        if (gate.Drawn is { } drawn)
        {
            line($"\nShares go by what each example stands for. The test and the recalls are of {drawn} examples that were drawn as inputs are served.");
        }

        line($"\nThat the new cascade loses no more than the guarantee lets students lose is believed at p = {gate.PValue:0.000} (exact McNemar test, one-sided).\n");
        line($"| label | examples | recall, serves | recall, new |");
        line($"| --- | ---: | ---: | ---: |");
        foreach (var (label, recall) in gate.Recalls)
        {
            line($"| {label} | {recall.Examples} | {recall.Before:P1} | {recall.After:P1} |");
        }
    }

    private static void Shadow(ShadowReport shadow, RetrainInput run, Action<FormattableString> line)
    {
        var counts = shadow.Counts;
        line($"\n## Shadow: {counts.Inputs} live inputs in {run.Settings.ShadowSeconds:0} seconds\n");
        if (counts.Inputs < run.Settings.ShadowInputs)
        {
            line($"Fewer than {run.Settings.ShadowInputs} (Retraining:ShadowInputs): only errors are judged, and what the gate measured stands.\n");
        }

        line($"| dropped | errors | answered by its students | of them as returned |");
        line($"| ---: | ---: | ---: | ---: |");
        line($"| {counts.Dropped} | {counts.Errors} | {counts.Answered} | {Share(counts.Agreed, counts.Answered)} |");
        line($"\n| | serves | new |");
        line($"| --- | ---: | ---: |");
        line($"| students agree with the lead, of {counts.Ruled} that it ruled on | {Share(counts.BothRight + counts.StableOnly, counts.Ruled)} | {Share(counts.BothRight + counts.CandidateOnly, counts.Ruled)} |");
        line($"| students' ms an input, median | {counts.StableTimes.Median():0.000} | {counts.CandidateTimes.Median():0.000} |");
        line($"\nThat its students agree with the lead no less often is believed at p = {shadow.PValue:0.000} (exact McNemar test, one-sided; {counts.StableOnly} against {counts.CandidateOnly}).");
        line($"{(counts.Drawn > 0
            ? $"Of {counts.Drawn} that were drawn as inputs are served: p = {ShadowRules.DrawnPValue(counts):0.000} ({counts.DrawnStableOnly} against {counts.DrawnCandidateOnly})."
            : "Nothing was audited: the test is of what students passed on, where those that serve are at their worst, and favours the new ones.")}");
    }

    private static string Share(long part, long of) => of == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{(double)part / of:P1}");

    private static string Bar(int count, int most) => new('█', most == 0 ? 0 : (int)Math.Round(20.0 * count / most));
}
