using System.Diagnostics;
using System.Numerics.Tensors;
using Understudy.Cli.Datasets;
using Understudy.Inference.Calibration;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Training.Linear;

namespace Understudy.Cli.Bench.Frugal;

/// <summary>Trains linear students on one part of the training records, takes the one that is right most often on the other, trains it on all, and asks it about the test records.</summary>
internal static class FrugalBench
{
    private const double TrainingShare = 0.8;
    private const int Points = 60, Seed = 17;

    /// <summary>Which n-grams are tried.</summary>
    private static readonly NgramOptions[] Shapes =
        [new(), new() { MaxWords = 1 }, new() { MaxWords = 3 }, new() { MaxWords = 3, MaxChars = 0 }, new() { MaxWords = 4, MaxChars = 4 }, new() { MaxWords = 3, MinChars = 3, MaxChars = 6 }];

    /// <summary>For each test record whether the student is right, and how sure it is; and one core's milliseconds a record.</summary>
    public static (bool[] Right, double[] Confidences, double Milliseconds) Ask(
        IReadOnlyList<LabelledRecord> training, IReadOnlyList<LabelledRecord> test, Action<double> progress, CancellationToken cancellationToken)
    {
        string[] labels = [.. training.Select(record => record.Label).Distinct().Order(StringComparer.Ordinal)];
        LabelledRecord[] shuffled = [.. training];
        new Random(Seed).Shuffle(shuffled);
        var cut = (int)(shuffled.Length * TrainingShare);
        int[] truths = [.. shuffled[cut..].Select(record => Array.IndexOf(labels, record.Label))];
        var (ngrams, temperature, most) = (Shapes[0], 1.0, -1);
        foreach (var (tried, shape) in Shapes.Index())
        {
            using var candidate = Train(labels, shuffled[..cut], shape, cancellationToken);
            var held = Logits(candidate, shuffled[cut..], labels.Length);
            var correct = truths.Index().Count(truth => TensorPrimitives.IndexOfMax<float>(held.AsSpan(truth.Index * labels.Length, labels.Length)) == truth.Item);
            (ngrams, temperature, most) = correct > most ? (shape, TemperatureScaling.Fit(held, truths, labels.Length), correct) : (ngrams, temperature, most);
            progress((tried + 1.0) / (Shapes.Length + 1));
        }

        using var student = Train(labels, shuffled, ngrams, cancellationToken);

        Logits(student, test, labels.Length); // the first run is slower
        var start = Stopwatch.GetTimestamp();
        var logits = Logits(student, test, labels.Length);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / test.Count;
        var (right, confidences, probabilities) = (new bool[test.Count], new double[test.Count], new float[labels.Length]);
        for (var i = 0; i < test.Count; i++)
        {
            Softmax.Tempered(logits.AsSpan(i * labels.Length, labels.Length), temperature, probabilities);
            var label = TensorPrimitives.IndexOfMax<float>(probabilities);
            (right[i], confidences[i]) = (labels[label] == test[i].Label, probabilities[label]);
        }

        return (right, confidences, milliseconds);
    }

    /// <summary>From the student alone to the published model alone.</summary>
    public static IReadOnlyList<CascadePoint> Curve(bool[] right, double[] confidences, double dollars, PublishedPoint model)
    {
        int[] surest = [.. Enumerable.Range(0, right.Length).OrderByDescending(i => confidences[i])];
        List<CascadePoint> curve = [];
        for (var step = 0; step <= Points; step++)
        {
            var kept = (int)Math.Round((double)right.Length * (Points - step) / Points);
            var correct = surest.Take(kept).Count(i => right[i]);
            var deferred = (double)(right.Length - kept) / right.Length;
            var own = (double)correct / right.Length;
            curve.Add(new(
                kept == 0 ? 1 : confidences[surest[kept - 1]],
                deferred,
                kept == 0 ? 1 : (double)correct / kept,
                own + Math.Max(0, deferred - (1 - model.Accuracy)),
                own + (deferred * model.Accuracy),
                dollars + (deferred * model.Dollars)));
        }

        return curve;
    }

    private static LinearClassifier Train(string[] labels, LabelledRecord[] records, NgramOptions shape, CancellationToken cancellationToken) => new("student", new LinearTrainer(
        shape, new LinearTraining { Seed = Seed }).Train([.. records.Select(record => record.Text)], [.. records.Select(record => Target(labels, record))], null, cancellationToken));

    private static float[] Target(string[] labels, LabelledRecord record)
    {
        var target = new float[labels.Length];
        target[Array.IndexOf(labels, record.Label)] = 1;
        return target;
    }

    private static float[] Logits(LinearClassifier student, IReadOnlyList<LabelledRecord> records, int labels)
    {
        var logits = new float[records.Count * labels];
        for (var i = 0; i < records.Count; i++)
        {
            student.Score([records[i].Text], logits.AsSpan(i * labels, labels));
        }

        return logits;
    }
}
