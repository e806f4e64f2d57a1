using System.Numerics.Tensors;
using Understudy.Cli.Datasets;
using Understudy.Inference.Calibration;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Evaluation;

/// <summary>How well the lead's scores tell records of the task's labels from records of none of them, which are labelled <c>oos</c>.</summary>
/// <param name="Records">Records out of scope.</param>
/// <param name="MaxProbabilityAuroc">By the greatest probability of a label (Hendrycks and Gimpel, arXiv 1610.02136), at temperature 1.</param>
/// <param name="EnergyAuroc">By the negative energy, log Σ exp of the logits (Liu et al., arXiv 2010.03759).</param>
internal sealed record OutOfScope(int Records, double MaxProbabilityAuroc, double EnergyAuroc)
{
    /// <summary>The label of what fits none of the task's.</summary>
    public const string Label = "oos";

    private const int ChunkSize = 128;

    /// <summary>Parts records into those that the task has a label for, and those out of its scope. A task may have the label <c>oos</c>: then those are in both.</summary>
    public static (LabelledData Known, IReadOnlyList<LabelledRecord> OutOfScope) Split(LabelledData data, IReadOnlyList<string> labels) => (
        data with { Records = [.. data.Records.Where(record => labels.Contains(record.Label))] },
        [.. data.Records.Where(record => record.Label == Label)]);

    /// <returns>Null without a record of either kind.</returns>
    public static OutOfScope? Measure(ReleaseCatalog catalog, Release release, LabelledData known, IReadOnlyList<LabelledRecord> outOfScope, CancellationToken cancellationToken)
    {
        List<LabelledRecord> all = [.. known.Records.Where(record => record.Label != Label), .. outOfScope];
        if (outOfScope.Count == 0 || all.Count == outOfScope.Count)
        {
            return null;
        }

        var pipeline = new JointInference(catalog);
        var labels = release.Manifest.Labels;
        int[] inScope = [.. Enumerable.Range(0, labels.Count).Where(label => labels[label] != Label)];
        List<double> probabilities = [], energies = [];
        foreach (var chunk in all.Chunk(ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var texts = pipeline.Compress(release, Array.ConvertAll(chunk, r => new PipelineItem { Id = r.Id, Input = r.Text })).Select(item => item.CompressedInput ?? item.Input).ToList();
            var logits = new float[texts.Count * labels.Count];
            release.Lead.Classifier.Score(texts, logits);
            for (var i = 0; i < texts.Count; i++)
            {
                double[] row = Array.ConvertAll(logits[(i * labels.Count)..((i + 1) * labels.Count)], logit => (double)logit);
                double[] own = Array.ConvertAll(inScope, label => row[label]);
                probabilities.Add(LogOddsOfBest(row, Array.IndexOf(row, own.Max())));
                energies.Add(LogSumExp(own));
            }
        }

        bool[] isKnown = [.. all.Select(record => record.Label != Label)];
        return new(outOfScope.Count, Auroc.Compute(probabilities.ToArray(), isKnown), Auroc.Compute(energies.ToArray(), isKnown));
    }

    /// <summary>Ranks as the label's probability does, and does not tie where that saturates at 1.</summary>
    private static double LogOddsOfBest(double[] logits, int label) => logits[label] - LogSumExp([.. logits.Where((_, i) => i != label)]);

    private static double LogSumExp(double[] values)
    {
        var top = TensorPrimitives.Max<double>(values);
        return top + Math.Log(values.Sum(value => Math.Exp(value - top)));
    }
}
