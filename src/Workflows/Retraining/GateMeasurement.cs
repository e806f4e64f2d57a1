using System.Numerics.Tensors;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>Lets two releases answer the same examples and compares them.</summary>
internal sealed class GateMeasurement(JointInference inference, TimeProvider time)
{
    private const int Turns = 5;

    /// <param name="before">Serves now.</param>
    /// <param name="after">Is to serve.</param>
    /// <param name="examples">Each with its right label.</param>
    /// <param name="settings">What the new one has to show.</param>
    public async Task<GateReport> RunAsync(
        Release before, Release after, IReadOnlyList<(DatasetRecord Example, string Label)> examples, RetrainSettings settings, CancellationToken cancellationToken)
    {
        var labels = after.Manifest.Labels;
        var all = (Before: await AnswerAsync(before, examples, cancellationToken), After: await AnswerAsync(after, examples, cancellationToken));
        var both = Enumerable.Range(0, examples.Count).Where(i => all.Before[i] is not null && all.After[i] is not null).ToList();
        examples = both.ConvertAll(i => examples[i]);
        var (old, fresh) = (both.Select(i => all.Before[i]!.Value).ToArray(), both.Select(i => all.After[i]!.Value).ToArray());
        var truth = examples.Select(example => labels.ToList().IndexOf(example.Label)).ToArray();
        var texts = examples.Select(example => after.Readable(example.Example.Text!)).ToArray();
        var (oldStudent, freshStudent) = (Student(before), Student(after));
        var (oldTime, freshTime) = Times(oldStudent, freshStudent, texts);
        var reportBefore = Figures(before, oldStudent, old, truth, texts, oldTime);
        var reportAfter = Figures(after, freshStudent, fresh, truth, texts, freshTime);
        var recalls = labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => Recall(pair.index, truth, old, fresh));
        var pValue = NoWorse(truth, old, fresh);
        var (accepted, reasons) = GateRules.Decide(reportBefore, reportAfter, pValue, recalls, examples.Count, after.Manifest.Guarantee.Epsilon, settings);
        return new(accepted, reasons, examples.Count, reportBefore, reportAfter, pValue, recalls);
    }

    /// <summary>The linear student, which retraining changes; null where a release has none.</summary>
    private static Tier? Student(Release release) =>
        release.Manifest.Tiers.FirstOrDefault(tier => tier is { Role: "student", Kind: "linear" }) is { } linear
            ? release.Students.First(tier => tier.Name == linear.Name) : null;

    /// <returns>For each example its answer; null where the lead left it open.</returns>
    private async Task<(int Label, bool ByStudent)?[]> AnswerAsync(Release release, IReadOnlyList<(DatasetRecord Example, string Label)> examples, CancellationToken cancellationToken)
    {
        var items = inference.Compress(release, [.. examples.Select((example, i) => new PipelineItem { Id = i.ToString(System.Globalization.CultureInfo.InvariantCulture), Input = example.Example.Text! })]);
        var voted = await inference.CascadeAsync(release, items, cancellationToken);
        var judged = await inference.VerifyAsync(release, voted, cancellationToken, mayWait: true);
        // Answers without the lead would be measured against answers with it.
        var answered = judged.Where(item => !JointInference.AwaitsLead(item)).ToList();
        OpenInputs.ThrowIfMany(release, judged.Count - answered.Count, judged.Count(item => item.Deferred));
        var answers = new Queue<(int, bool)>(inference.Stack(release, answered).Zip(answered, (answer, item) => (release.Manifest.Labels.ToList().IndexOf(answer.Label!), !item.Deferred)));
        return [.. judged.Select(item => JointInference.AwaitsLead(item) ? ((int, bool)?)null : answers.Dequeue())];
    }

    private static GateFigures Figures(Release release, Tier? student, (int Label, bool ByStudent)[] answers, int[] truth, string[] texts, double milliseconds)
    {
        var n = Math.Max(1, truth.Length);
        var (right, confidences) = student is null ? ([], []) : Alone(student, truth, texts);
        var perItem = release.Manifest.Tiers.Where(tier => tier.Role == "student" && tier.Threshold <= 1).Sum(tier => tier.MillisecondsPerItem);
        var byStudent = answers.Count(answer => answer.ByStudent);
        return new(
            (double)right.Count(r => r) / n,
            (double)answers.Where((answer, i) => answer.Label == truth[i]).Count() / n,
            (double)byStudent / n,
            CalibrationError.Expected(confidences, right),
            milliseconds,
            perItem + ((1 - ((double)byStudent / n)) * release.Lead.MillisecondsPerItem),
            Bytes(release.Manifest),
            release.Manifest.Thresholds.Certified);
    }

    /// <summary>Of what serves: models and tokenizers, not the account of how they came about.</summary>
    private static long Bytes(ReleaseManifest manifest)
    {
        var serving = manifest.Tiers.SelectMany(tier => new[] { tier.Model, tier.Tokenizer }).ToHashSet();
        return manifest.Files.Where(file => serving.Contains(file.Name)).Sum(file => file.Bytes);
    }

    private static (bool[] Right, double[] Confidences) Alone(Tier student, int[] truth, string[] texts)
    {
        var labels = student.Classifier.LabelCount;
        var logits = new float[texts.Length * labels];
        student.Classifier.Score(texts, logits);
        var (right, confidences) = (new bool[texts.Length], new double[texts.Length]);
        var probabilities = new float[labels];
        for (var i = 0; i < texts.Length; i++)
        {
            Softmax.Tempered(logits.AsSpan(i * labels, labels), student.Temperature, probabilities);
            var best = TensorPrimitives.IndexOfMax<float>(probabilities);
            (right[i], confidences[i]) = (best == truth[i], probabilities[best]);
        }

        return (right, confidences);
    }

    /// <summary>Milliseconds a text: the least of several turns, which they take in turn. What else the machine does only adds.</summary>
    private (double Before, double After) Times(Tier? before, Tier? after, string[] texts)
    {
        var (old, fresh) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns; turn++)
        {
            old.Add(Time(before, texts));
            fresh.Add(Time(after, texts));
        }

        return (old.Min(), fresh.Min());
    }

    private double Time(Tier? student, string[] texts)
    {
        if (student is null || texts.Length == 0)
        {
            return 0;
        }

        var logits = new float[texts.Length * student.Classifier.LabelCount];
        var start = time.GetTimestamp();
        student.Classifier.Score(texts, logits);
        return time.GetElapsedTime(start).TotalMilliseconds / texts.Length;
    }

    private static RecallPair Recall(int label, int[] truth, (int Label, bool ByStudent)[] before, (int Label, bool ByStudent)[] after)
    {
        var which = Enumerable.Range(0, truth.Length).Where(i => truth[i] == label).ToList();
        var n = Math.Max(1, which.Count);
        return new(which.Count, (double)which.Count(i => before[i].Label == label) / n, (double)which.Count(i => after[i].Label == label) / n);
    }

    private static double NoWorse(int[] truth, (int Label, bool ByStudent)[] before, (int Label, bool ByStudent)[] after)
    {
        var lost = truth.Where((label, i) => before[i].Label == label && after[i].Label != label).Count();
        var won = truth.Where((label, i) => before[i].Label != label && after[i].Label == label).Count();
        return McNemar.NoWorse(lost, won);
    }
}
