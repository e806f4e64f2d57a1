using System.Numerics.Tensors;
using Understudy.Inference.Cascades;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Calibration;

/// <summary>What every tier of a release says about held-out examples.</summary>
/// <param name="Truths">[examples], the right labels' indices.</param>
/// <param name="Rows">[examples][tiers][labels], calibrated probabilities, each tier by itself; the tiers as in the manifest, the lead last.</param>
internal sealed record TierProbabilities(IReadOnlyList<int> Truths, IReadOnlyList<float[][]> Rows)
{
    public int Count => Truths.Count;

    public int Tiers => Rows[0].Length;

    public int Labels => Rows[0][0].Length;

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
