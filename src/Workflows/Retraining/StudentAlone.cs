using System.Numerics.Tensors;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>Measures a student beside the one that takes its place, each by itself.</summary>
internal sealed class StudentAlone(Release before, Release after, IReadOnlyList<GateExample> examples, TimeProvider time)
{
    private const int Turns = 5;

    /// <summary>A writer is asked one by one, and so many say how long it takes.</summary>
    private const int MostTimed = 200;

    private readonly string[] _texts = [.. examples.Select(example => after.Readable(example.Input))];

    /// <param name="name">Of the student.</param>
    public async Task<StudentPair> CompareAsync(string name, CancellationToken cancellationToken)
    {
        var (old, fresh) = (before.Students.FirstOrDefault(tier => tier.Name == name), after.Students.FirstOrDefault(tier => tier.Name == name));
        var (oldTime, freshTime) = await TimesAsync(old, fresh, cancellationToken);
        return new(name, await MeasureAsync(old, oldTime, cancellationToken), await MeasureAsync(fresh, freshTime, cancellationToken));
    }

    private async Task<StudentFigures> MeasureAsync(Tier? student, double milliseconds, CancellationToken cancellationToken)
    {
        if (student is null)
        {
            return StudentFigures.None with { Milliseconds = milliseconds };
        }

        var (right, confidences) = (new bool[_texts.Length], new double[_texts.Length]);
        if (student.Model is ITextWriter writer)
        {
            for (var i = 0; i < _texts.Length; i++)
            {
                var written = await writer.WriteAsync(_texts[i], null, null, cancellationToken);
                (right[i], confidences[i]) = (examples[i].IsRight(null, written.Text), written.Confidence);
            }
        }
        else
        {
            Classify(student, right, confidences);
        }

        double[] weights = [.. examples.Select(example => example.Weight)];
        return new(GateComparison.Share(examples, i => right[i]), CalibrationError.Expected(confidences, right, weights: weights), milliseconds);
    }

    private void Classify(Tier student, bool[] right, double[] confidences)
    {
        var labels = student.Classifier.LabelCount;
        var logits = new float[_texts.Length * labels];
        student.Classifier.Score(_texts, logits);
        var probabilities = new float[labels];
        for (var i = 0; i < _texts.Length; i++)
        {
            Softmax.Tempered(logits.AsSpan(i * labels, labels), student.Temperature, probabilities);
            var best = TensorPrimitives.IndexOfMax<float>(probabilities);
            (right[i], confidences[i]) = (examples[i].IsRight(after.Manifest.Labels[best], null), probabilities[best]);
        }
    }

    /// <summary>Milliseconds a text: the least of several turns, which they take in turn. What else the machine does only adds.</summary>
    private async Task<(double Before, double After)> TimesAsync(Tier? old, Tier? fresh, CancellationToken cancellationToken)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns; turn++)
        {
            first.Add(await TimeAsync(old, cancellationToken));
            second.Add(await TimeAsync(fresh, cancellationToken));
        }

        return (first.Min(), second.Min());
    }

    private async Task<double> TimeAsync(Tier? student, CancellationToken cancellationToken)
    {
        if (student is null || _texts.Length == 0)
        {
            return 0;
        }

        if (student.Model is ITextWriter writer)
        {
            var spent = 0.0;
            foreach (var text in _texts.Take(MostTimed))
            {
                spent += (await writer.WriteAsync(text, null, null, cancellationToken)).Milliseconds;
            }

            return spent / Math.Min(MostTimed, _texts.Length);
        }

        var logits = new float[_texts.Length * student.Classifier.LabelCount];
        var start = time.GetTimestamp();
        student.Classifier.Score(_texts, logits);
        return time.GetElapsedTime(start).TotalMilliseconds / _texts.Length;
    }
}
