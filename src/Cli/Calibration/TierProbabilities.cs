using System.Numerics.Tensors;
using Understudy.Cli.Datasets;
using Understudy.Inference.Cascades;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Calibration;

/// <summary>What every tier of a release says about held-out examples.</summary>
/// <param name="Truths">[examples], the right labels' indices.</param>
/// <param name="Rows">[examples][tiers][labels], calibrated probabilities, each tier by itself; the tiers as in the manifest, the lead last.</param>
internal sealed record TierProbabilities(IReadOnlyList<int> Truths, IReadOnlyList<float[][]> Rows)
{
    /// <summary>False where the right labels are the lead's own answers, as in a release from lessons, so that nothing is known of when the lead is wrong.</summary>
    public bool IsLeadKnown { get; init; } = true;

    public int Count => Truths.Count;

    public int Tiers => Rows[0].Length;

    public int Labels => Rows[0][0].Length;

    /// <summary>What a release keeps of it. Logits are known up to a constant, which no probability depends on.</summary>
    /// <param name="manifest">The tiers' names and temperatures.</param>
    /// <param name="examples">In the order of the rows.</param>
    public IEnumerable<CalibrationRecord> Records(ReleaseManifest manifest, IReadOnlyList<LabelledRecord> examples) => Rows.Select((rows, i) => new CalibrationRecord(
        examples[i].Id,
        Truths[i],
        manifest.Tiers.Zip(rows).ToDictionary(p => p.First.Name, p => Array.ConvertAll(p.Second, probability => (float)Math.Round(p.First.Temperature * Math.Log(Math.Max(probability, 1e-12f)), 4)))));

    /// <summary>What thresholds are chosen on.</summary>
    /// <param name="manifest">The tiers' names and costs; it has students.</param>
    /// <param name="served">[examples][tiers], what an ensemble says once the tiers up to one were asked; null where the last of them answers.</param>
    public CalibrationTable Table(ReleaseManifest manifest, IReadOnlyList<int[]>? served = null)
    {
        var students = manifest.Tiers.SkipLast(1).ToList();
        var table = new CalibrationTable([.. students.Select(t => t.Name)], [.. students.Select(t => t.MillisecondsPerItem)], manifest.Tiers[^1].MillisecondsPerItem);
        var pools = manifest.Tiers.Select(tier => tier.OpinionPool()).ToArray();
        for (var i = 0; i < Count; i++)
        {
            var rows = OpinionPool.Join(pools, Rows[i]);
            int[] labels = [.. rows.Select(row => TensorPrimitives.IndexOfMax<float>(row))];
            double[] confidences = [.. rows.Select((row, tier) => (double)row[labels[tier]])];
            table.Add(new(Truths[i], (served?[i] ?? labels)[..^1], confidences[..^1], labels[^1]) { Deferred = served?[i][^1] });
        }

        return table;
    }
}
