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
        var pairs = Taught(before, after).Select(name => Compare(name, before, after, truth, texts)).ToList();
        var first = pairs.FirstOrDefault() ?? new("", StudentFigures.None, StudentFigures.None);
        var reportBefore = Figures(before, first.Before, old, truth);
        var reportAfter = Figures(after, first.After, fresh, truth);
        var others = pairs.Skip(1).ToList();
        var recalls = labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => Recall(pair.index, truth, old, fresh));
        var pValue = NoWorse(truth, old, fresh);
        var (accepted, reasons) = GateRules.Decide(reportBefore, reportAfter, pValue, recalls, examples.Count, after.Manifest.Guarantee.Epsilon, settings, others);
        return new(accepted, reasons, examples.Count, reportBefore, reportAfter, pValue, recalls) { Others = others.Count > 0 ? others : null };
    }

    /// <summary>Names of the students that retraining changed; of the linear one, where there is one and none changed.</summary>
    private static IReadOnlyList<string> Taught(Release before, Release after)
    {
        var students = after.Manifest.Tiers.Where(tier => tier.Role == "student").ToList();
        var changed = students.Where(tier => Hash(after, tier.Name) != Hash(before, tier.Name)).Select(tier => tier.Name).ToList();
        return changed.Count > 0 ? changed : [.. students.Where(tier => tier.Kind == "linear").Take(1).Select(tier => tier.Name)];
    }

    private static string? Hash(Release release, string student) =>
        release.Manifest.Tiers.FirstOrDefault(tier => tier.Name == student) is { } tier ? release.Manifest.Files.FirstOrDefault(file => file.Name == tier.Model)?.Sha256 : null;

    private StudentPair Compare(string name, Release before, Release after, int[] truth, string[] texts)
    {
        var (old, fresh) = (before.Students.FirstOrDefault(tier => tier.Name == name), after.Students.FirstOrDefault(tier => tier.Name == name));
        var (oldTime, freshTime) = Times(old, fresh, texts);
        return new(name, Alone(old, truth, texts, oldTime), Alone(fresh, truth, texts, freshTime));
    }

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

    private static GateFigures Figures(Release release, StudentFigures student, (int Label, bool ByStudent)[] answers, int[] truth)
    {
        var n = Math.Max(1, truth.Length);
        var perItem = release.Manifest.Tiers.Where(tier => tier.Role == "student" && tier.Threshold <= 1).Sum(tier => tier.MillisecondsPerItem);
        var byStudent = answers.Count(answer => answer.ByStudent);
        return new(
            student.Accuracy,
            (double)answers.Where((answer, i) => answer.Label == truth[i]).Count() / n,
            (double)byStudent / n,
            student.CalibrationError,
            student.Milliseconds,
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

    private static StudentFigures Alone(Tier? student, int[] truth, string[] texts, double milliseconds)
    {
        if (student is null)
        {
            return StudentFigures.None with { Milliseconds = milliseconds };
        }

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

        return new((double)right.Count(r => r) / Math.Max(1, truth.Length), CalibrationError.Expected(confidences, right), milliseconds);
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
