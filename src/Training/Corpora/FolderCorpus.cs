using Understudy.Inference.Datasets;
using Understudy.Training.Recipes;

namespace Understudy.Training.Corpora;

/// <summary>A folder of one's own with train.jsonl and, if there is one, dev.jsonl for calibration. Duplicate texts are read once.</summary>
public static class FolderCorpus
{
    /// <exception cref="RecipeInvalidException">There is no train.jsonl, or nothing in it can be used.</exception>
    public static CorpusSplits Load(string folder)
    {
        var path = Path.Combine(folder, "train.jsonl");
        if (!File.Exists(path))
        {
            throw new RecipeInvalidException($"There is no '{path}'. A data folder has train.jsonl, one object with 'text' and 'label' a line.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var dev = Path.Combine(folder, "dev.jsonl");
        var calibration = File.Exists(dev) ? Read(dev, seen) : [];
        var train = Read(path, seen);
        return train.Count > 0 ? new(train, calibration, []) : throw new RecipeInvalidException($"'{path}' has no usable record; each line is an object with 'text' and 'label'.");
    }

    private static List<DatasetRecord> Read(string path, HashSet<string> seen)
    {
        using var stream = File.OpenRead(path);
        return DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable()
            .Where(line => line.Record is { Text.Length: > 0, Label: not null } record && seen.Add(record.Text))
            .Select(line => line.Record!)
            .ToList();
    }
}
