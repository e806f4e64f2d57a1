using Understudy.Inference.Datasets;
using Understudy.Inference.Tasks;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// The frozen regression set of a task: <c>models/{task}/regression.jsonl</c>, records with a <c>label</c> that a person vouches for. No student
/// ever learns from it, and every new release is measured on it.
/// </summary>
internal static class RegressionSet
{
    public const string FileName = "regression.jsonl";

    /// <summary>Its examples; none where the task has no such file.</summary>
    /// <exception cref="InvalidDataException">A line is no example of the task.</exception>
    public static async Task<IReadOnlyList<DatasetRecord>> ReadAsync(string modelsFolder, TaskDefinition task, CancellationToken cancellationToken)
    {
        var path = Path.Combine(modelsFolder, task.Name, FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        var examples = new List<DatasetRecord>();
        await using var file = File.OpenRead(path);
        await foreach (var line in DatasetReader.ReadAsync(file, cancellationToken))
        {
            examples.Add(line.Record is { Text.Length: > 0, Label: { } label } record && task.Labels.Contains(label)
                ? record
                : throw new InvalidDataException($"'{path}', line {line.Number}: {line.Problem ?? "it needs a 'text' and a 'label' of the task."} Correct the line or remove it."));
        }

        return examples;
    }
}
