using System.Numerics.Tensors;
using System.Text.Json;
using Understudy.Inference.Calibration;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Quality;

/// <summary>How a release did on its own calibration set: what recent answers, and inputs, are measured against.</summary>
public static class CalibratedAgreement
{
    private const string File = "calibration.jsonl";

    /// <summary>
    /// Counted with every student's answer audited. Where the lead's logits are not there, as in a retrained release, whose examples are the lead's own
    /// answers, the example's label is its word; what an ensemble would have made of it is not known then, and such answers count as degraded.
    /// </summary>
    /// <param name="folder">The release's.</param>
    /// <param name="release">The release.</param>
    /// <returns>Null where it keeps no outputs of its calibration set, or not of every student.</returns>
    public static QualityCounts? Read(string folder, Release release)
    {
        var path = Path.Combine(folder, File);
        if (!release.Manifest.Files.Any(file => file.Name == File) || !System.IO.File.Exists(path))
        {
            return null;
        }

        var (counts, firsts) = (new QualityCounts(), new List<float[]>());
        var first = release.Students.Index().Where(student => student.Item.MayAnswer).Select(student => student.Index).DefaultIfEmpty(-1).First();
        foreach (var line in System.IO.File.ReadLines(path).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            if (Rows(document.RootElement, release.Manifest) is not { } rows || Lead(document.RootElement, rows[^1], release.Manifest.Labels.Count) is not { } lead)
            {
                return null;
            }

            counts += Count(release, rows, lead);
            firsts.AddRange(first < 0 ? [] : [rows[first]!]);
        }

        return counts with { Inputs = InputCounts.Of(release.Manifest.Labels.Count, firsts) };
    }

    /// <param name="rows">[tiers][labels]; the lead's may be null.</param>
    private static QualityCounts Count(Release release, float[]?[] rows, int lead)
    {
        var asked = new float[]?[rows.Length];
        var (surest, isJoined) = ((float[]?)null, false);
        for (var i = 0; i < release.Students.Count; i++)
        {
            var student = release.Students[i];
            if (!student.MayAnswer)
            {
                continue;
            }

            asked[i] = rows[i];
            var row = student.Pool?.Combine(asked.AsSpan(0, i + 1)) ?? rows[i]!;
            var label = TensorPrimitives.IndexOfMax<float>(row);
            if (row[label] >= student.Threshold)
            {
                var wrong = Said(release, asked, label) == lead ? 0 : 1;
                return new() { Undeferred = 1, Drawn = 1, Audited = 1, Disagreed = wrong, DisagreedWeight = wrong };
            }

            // As PipelineItem.Surest: the last that joins others, else the later of equals.
            var joins = !ReferenceEquals(row, rows[i]);
            if (joins || surest is null || (!isJoined && row[label] >= surest.Max()))
            {
                (surest, isJoined) = (row, isJoined || joins);
            }
        }

        asked[^1] = rows[^1];
        var known = asked[^1] is not null || release.Ensemble is null;
        return new()
        {
            Deferred = known ? 1 : 0,
            DeferredAgreed = known && Said(release, asked, lead) == lead ? 1 : 0,
            Degraded = known ? 0 : 1,
            Ruled = surest is null ? 0 : 1,
            RuledAgreed = surest is not null && TensorPrimitives.IndexOfMax<float>(surest) == lead ? 1 : 0,
        };
    }

    private static int Said(Release release, float[]?[] asked, int last) =>
        release.Ensemble is { } ensemble && asked.Count(row => row is not null) > 1 ? ensemble.Label(asked, release.Manifest.Labels.Count) : last;

    /// <summary>What the lead says of an example; null where nobody knows.</summary>
    private static int? Lead(JsonElement record, float[]? row, int labels) =>
        row is not null ? TensorPrimitives.IndexOfMax<float>(row)
        : record.TryGetProperty("label", out var label) && label.ValueKind == JsonValueKind.Number && label.TryGetInt32(out var index) && index >= 0 && index < labels ? index
        : null;

    private static float[]?[]? Rows(JsonElement record, ReleaseManifest manifest)
    {
        if (record.ValueKind != JsonValueKind.Object || !record.TryGetProperty("logits", out var logits))
        {
            return null;
        }

        var rows = new float[]?[manifest.Tiers.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var isThere = logits.TryGetProperty(manifest.Tiers[i].Name, out var row);
            if (!isThere && i == rows.Length - 1)
            {
                break; // the lead's
            }

            if (!isThere || row.GetArrayLength() != manifest.Labels.Count)
            {
                return null;
            }

            rows[i] = new float[manifest.Labels.Count];
            Softmax.Tempered([.. row.EnumerateArray().Select(value => value.GetSingle())], manifest.Tiers[i].Temperature, rows[i]);
        }

        return rows;
    }
}
