using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tasks;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// The frozen regression set of a task: <c>models/{task}/regression.jsonl</c>, records with a <c>label</c>, or a call as the <c>completion</c>, that a person vouches for. No student
/// ever learns from it, and every new release is measured on it.
/// </summary>
internal static class RegressionSet
{
    public const string FileName = "regression.jsonl";

    /// <summary>Its examples; none where the task has no such file.</summary>
    /// <param name="calls">Whether the task's answers are calls.</param>
    /// <exception cref="InvalidDataException">A line is no example of the task.</exception>
    public static async Task<IReadOnlyList<DatasetRecord>> ReadAsync(string modelsFolder, TaskDefinition task, bool calls, CancellationToken cancellationToken)
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
            examples.Add((calls ? Call(line.Record, task) : Labelled(line.Record, task)) ?? throw new InvalidDataException(
                $"'{path}', line {line.Number}: {line.Problem ?? $"it needs a 'text' and a {(calls ? "'completion' that is a call with an intent" : "'label'")} of the task."} Correct the line or remove it."));
        }

        return examples;
    }

    private static DatasetRecord? Labelled(DatasetRecord? record, TaskDefinition task) => record is { Text.Length: > 0, Label: { } label } && task.Labels.Contains(label) ? record : null;

    /// <summary>With the call's intent as the label. Requests with an intent and BIO tags will do, too.</summary>
    private static DatasetRecord? Call(DatasetRecord? record, TaskDefinition task)
    {
        if (record is not { Text.Length: > 0 })
        {
            return null;
        }

        var call = record.Completion is { } text ? FunctionCall.TryParse(text, out var written) ? written : null : Tagged(record);
        return call is not null && task.Labels.Contains(call.Intent) ? record with { Label = call.Intent, Completion = call.ToJson() } : null;
    }

    private static FunctionCall? Tagged(DatasetRecord record)
    {
        try
        {
            return record is { Label: { } intent, Slots: { } tags } ? FunctionCall.FromTags(record.Text!, intent, tags) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
