using System.Text.Json;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Releases;

namespace Understudy.Training.Recipes;

/// <summary>What the tiers of a release say of examples that none of them has learned from: what students are joined and thresholds are chosen on.</summary>
/// <param name="ids">[examples]</param>
/// <param name="labels">[examples], the right labels' indices.</param>
internal sealed class HeldOutScores(IReadOnlyList<string> ids, IReadOnlyList<int> labels)
{
    /// <summary>In a release.</summary>
    private const string FileName = "calibration.jsonl";

    private readonly Dictionary<string, float[][]> _logits = [];

    /// <param name="tier">Its name.</param>
    /// <param name="logits">[examples][labels]</param>
    public void Add(string tier, float[][] logits) => _logits[tier] = logits;

    /// <summary>Has every student but the first join what those before it say (<see cref="OpinionPool"/>).</summary>
    /// <param name="tiers">With their temperatures; the lead last.</param>
    public void Join(List<TierManifest> tiers, CancellationToken cancellationToken)
    {
        var students = tiers[..^1];
        var said = labels.Select((_, example) => Said(students, example)).ToArray();
        for (var place = 1; place < students.Count; place++)
        {
            tiers[place] = tiers[place] with { Pool = PoolFit.Fit([.. said.Select(rows => rows[..(place + 1)])], labels, cancellationToken) };
        }
    }

    /// <summary>What thresholds are chosen on.</summary>
    /// <param name="tiers">With their temperatures, pools and costs; the lead last. Where the lead's logits are not here, the right labels are its answers.</param>
    public CalibrationTable Table(IReadOnlyList<TierManifest> tiers)
    {
        var students = tiers.SkipLast(1).ToArray();
        var pools = students.Select(tier => tier.OpinionPool()).ToArray();
        var lead = _logits.GetValueOrDefault(tiers[^1].Name);
        var table = new CalibrationTable([.. students.Select(tier => tier.Name)], [.. students.Select(tier => tier.MillisecondsPerItem)], tiers[^1].MillisecondsPerItem);
        for (var example = 0; example < labels.Count; example++)
        {
            var rows = OpinionPool.Join(pools, Said(students, example));
            table.Add(new(
                labels[example],
                [.. rows.Select(row => Array.IndexOf(row, row.Max()))],
                [.. rows.Select(row => (double)row.Max())],
                lead is null ? labels[example] : Array.IndexOf(lead[example], lead[example].Max())));
        }

        return table;
    }

    /// <summary>Keeps them with the release.</summary>
    /// <returns>The SHA-256 of what was written.</returns>
    public string Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        using (var file = new StreamWriter(path))
        {
            for (var i = 0; i < labels.Count; i++)
            {
                var logits = _logits.ToDictionary(tier => tier.Key, tier => tier.Value[i].Select(value => MathF.Round(value, 4)).ToArray());
                file.WriteLine(JsonSerializer.Serialize(new { id = ids[i], label = labels[i], logits }));
            }
        }

        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
    }

    private float[][] Said(IReadOnlyList<TierManifest> students, int example) => [.. students.Select(tier => Softmax.Tempered(_logits[tier.Name][example], tier.Temperature))];
}
