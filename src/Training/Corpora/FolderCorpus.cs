using Understudy.Inference.Datasets;
using Understudy.Training.Recipes;

namespace Understudy.Training.Corpora;

/// <summary>A folder of one's own with train.jsonl and, if there is one, dev.jsonl for calibration. Duplicate texts are read once; those in both are not learned from.</summary>
public static class FolderCorpus
{
    /// <param name="folder">The folder.</param>
    /// <param name="report">Is told of texts that stand in both files; null for nobody.</param>
    /// <exception cref="RecipeInvalidException">There is no train.jsonl, or nothing in it can be used.</exception>
    public static CorpusSplits Load(string folder, Action<string>? report = null)
    {
        var path = Path.Combine(folder, "train.jsonl");
        if (!File.Exists(path))
        {
            throw new RecipeInvalidException($"There is no '{path}'. A data folder has train.jsonl, one object with 'text' and 'label' a line.");
        }

        var dev = Path.Combine(folder, "dev.jsonl");
        var calibration = File.Exists(dev) ? Read(dev) : [];
        var held = calibration.Select(record => record.Text!).ToHashSet(StringComparer.Ordinal);
        var all = Read(path);
        var train = all.Where(record => !held.Contains(record.Text!)).ToList();
        if (train.Count == 0)
        {
            throw new RecipeInvalidException(all.Count == 0
                ? $"'{path}' has no usable record; each line is an object with 'text' and 'label'."
                : $"All {all.Count} texts of '{path}' stand in dev.jsonl too, whose texts are not learned from. Remove them from dev.jsonl.");
        }

        if (train.Count < all.Count)
        {
            report?.Invoke($"{all.Count - train.Count} of {all.Count} texts of train.jsonl stand in dev.jsonl too and are not learned from");
        }

        return new(train, calibration, []);
    }

    private static List<DatasetRecord> Read(string path)
    {
        using var stream = File.OpenRead(path);
        return DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable()
            .Select(line => line.Record)
            .OfType<DatasetRecord>()
            .Where(record => record is { Text.Length: > 0, Label: not null })
            .DistinctBy(record => record.Text, StringComparer.Ordinal)
            .ToList();
    }
}
