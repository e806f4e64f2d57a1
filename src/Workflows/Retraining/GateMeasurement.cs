using System.Globalization;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Lets two releases answer the same examples and compares them. An answer that is a call is right when the whole of it is. Ensembles
/// are left out: a retraining carries none over, and by lessons, whose truth is the lead's word, one that overrides the lead is always wrong.
/// </summary>
internal sealed class GateMeasurement(JointInference inference, TimeProvider time)
{
    /// <param name="before">Serves now.</param>
    /// <param name="after">Is to serve.</param>
    /// <param name="examples">Each with what is right.</param>
    /// <param name="settings">What the new one has to show.</param>
    public async Task<GateReport> RunAsync(
        Release before, Release after, IReadOnlyList<GateExample> examples, RetrainSettings settings, CancellationToken cancellationToken)
    {
        var memory = LeadMemory.IsShared(before, after) ? new LeadMemory() : null;
        var all = (Before: await AnswerAsync(before, examples, memory, cancellationToken), After: await AnswerAsync(after, examples, memory, cancellationToken));
        var both = Enumerable.Range(0, examples.Count).Where(i => all.Before[i] is not null && all.After[i] is not null).ToList();
        examples = both.ConvertAll(i => examples[i]);
        var (old, fresh) = (both.Select(i => all.Before[i]!.Value).ToArray(), both.Select(i => all.After[i]!.Value).ToArray());
        var alone = new StudentAlone(before, after, examples, time);
        var pairs = new List<StudentPair>();
        foreach (var name in Taught(before, after))
        {
            pairs.Add(await alone.CompareAsync(name, cancellationToken));
        }

        var first = pairs.FirstOrDefault() ?? new("", StudentFigures.None, StudentFigures.None);
        var reportBefore = Figures(before, first.Before, examples, old);
        var reportAfter = Figures(after, first.After, examples, fresh) with { AddedBytes = Bytes(after.Manifest, after.Manifest.Tiers) - Bytes(after.Manifest, Kept(before, after)) };
        var others = pairs.Skip(1).ToList();
        var comparison = new GateComparison(examples, old, fresh);
        var recalls = after.Manifest.Labels.ToDictionary(label => label, comparison.Recall);
        var epsilon = after.Manifest.Guarantee.Epsilon;
        var pValue = comparison.NoWorse(epsilon);
        var (accepted, reasons) = GateRules.Decide(reportBefore, reportAfter, pValue, recalls, comparison.Drawn, epsilon, settings, others);
        var dropped = after.Ensemble is null ? before.Ensemble?.Name : null;
        if (accepted && dropped is not null)
        {
            reasons = [.. reasons, $"The {dropped} of release {before.Manifest.Version} is not carried over: 'calibrate --ensemble {dropped}' chooses one anew."];
        }

        return new(accepted, reasons, examples.Count, reportBefore, reportAfter, pValue, recalls) { Others = others.Count > 0 ? others : null, Drawn = comparison.Drawn, Dropped = dropped };
    }

    /// <summary>Names of the students that retraining changed; of the one that it teaches where nothing else is said, where there is one and none changed.</summary>
    private static IReadOnlyList<string> Taught(Release before, Release after)
    {
        var students = after.Manifest.Tiers.Where(tier => tier.Role == "student").ToList();
        var changed = students.Where(tier => Hash(after, tier.Name) != Hash(before, tier.Name)).Select(tier => tier.Name).ToList();
        return changed.Count > 0 ? changed : [.. students.Where(tier => tier.Kind is "linear" or TierManifest.Tagger).Take(1).Select(tier => tier.Name)];
    }

    private static string? Hash(Release release, string student) =>
        release.Manifest.Tiers.FirstOrDefault(tier => tier.Name == student) is { } tier ? release.Manifest.Files.FirstOrDefault(file => file.Name == tier.Model)?.Sha256 : null;

    /// <returns>For each example whether the tier that was asked last is right; null where the lead left it open.</returns>
    private async Task<GateAnswer?[]> AnswerAsync(Release release, IReadOnlyList<GateExample> examples, LeadMemory? memory, CancellationToken cancellationToken)
    {
        var items = inference.Compress(release, [.. examples.Select((example, i) => new PipelineItem { Id = i.ToString(CultureInfo.InvariantCulture), Input = example.Input })]);
        var voted = await inference.CascadeAsync(release, items, cancellationToken);
        var judged = await inference.VerifyAsync(release, voted, cancellationToken, memory: memory, leadOnly: true);
        // Answers without the lead would be measured against answers with it.
        OpenInputs.ThrowIfMany(release, judged.Count(JointInference.AwaitsLead), judged.Count(item => item.Deferred));
        return [.. judged.Zip(examples, (item, example) => JointInference.AwaitsLead(item) ? (GateAnswer?)null : Judge(release, item, example))];
    }

    private static GateAnswer Judge(Release release, PipelineItem item, GateExample example)
    {
        var last = item.Votes[^1];
        return new(example.IsRight(last.Completion is null ? release.Manifest.Labels[last.Label] : null, last.Completion), !item.Deferred);
    }

    private static GateFigures Figures(Release release, StudentFigures student, IReadOnlyList<GateExample> examples, GateAnswer[] answers)
    {
        var perItem = release.Manifest.Tiers.Where(tier => tier.Role == "student" && tier.Threshold <= 1).Sum(tier => tier.MillisecondsPerItem);
        var byStudent = GateComparison.Share(examples, i => answers[i].ByStudent);
        return new(
            student.Accuracy,
            GateComparison.Share(examples, i => answers[i].IsRight),
            byStudent,
            student.CalibrationError,
            student.Milliseconds,
            perItem + ((1 - byStudent) * release.Lead.MillisecondsPerItem),
            Bytes(release.Manifest, release.Manifest.Tiers),
            release.Manifest.Thresholds.Certified);
    }

    /// <summary>All but the students that the release before does not have.</summary>
    private static IEnumerable<TierManifest> Kept(Release before, Release after) =>
        after.Manifest.Tiers.Where(tier => tier.Role != "student" || before.Manifest.Tiers.Any(other => other.Name == tier.Name));

    /// <summary>Of what serves: models and tokenizers, not the account of how they came about.</summary>
    private static long Bytes(ReleaseManifest manifest, IEnumerable<TierManifest> tiers)
    {
        var serving = tiers.SelectMany(tier => new[] { tier.Model, tier.Tokenizer }).ToHashSet();
        return manifest.Files.Where(file => serving.Contains(file.Name)).Sum(file => file.Bytes);
    }
}
