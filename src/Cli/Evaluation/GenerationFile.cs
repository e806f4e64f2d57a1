using Understudy.Cli.Datasets;
using Understudy.Inference.Datasets;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary>Reads what a generation task is measured on: requests with an intent and BIO tags, or texts with their completions.</summary>
internal static class GenerationFile
{
    /// <summary>Whether a file has requests with intents and tags; a task without intents has none.</summary>
    /// <exception cref="Shell.CommandFailedException">There is no such file.</exception>
    public static async Task<bool> HasCallsAsync(string path, IReadOnlyList<string> intents, CancellationToken cancellationToken)
    {
        await using var stream = LabelledFile.Open(path);
        await foreach (var line in DatasetReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (line.Record is { } record)
            {
                return intents.Count > 0 && (record.Slots is not null || (record.Completion ?? record.Teacher?.Completion) is null);
            }
        }

        return intents.Count > 0;
    }

    /// <inheritdoc cref="HasCallsAsync"/>
    public static async Task<(IReadOnlyList<ExpectedCompletion> Records, LabelledData Malformed)> CompletionsAsync(string path, TaskDefinition task, CancellationToken cancellationToken)
    {
        var isJson = task.Schema is not null;
        var (records, malformed) = await CompletionFile.ReadAsync(path, isJson, problem: null, cancellationToken).ConfigureAwait(false);
        return ([.. records.Select(record => new ExpectedCompletion(record, isJson))], malformed);
    }

    /// <summary>Either kind.</summary>
    /// <param name="intents">Of the release.</param>
    /// <inheritdoc cref="HasCallsAsync"/>
    public static async Task<(IReadOnlyList<IExpectedAnswer> Records, LabelledData Malformed)> ReadAsync(string path, TaskDefinition task, IReadOnlyList<string> intents, CancellationToken cancellationToken)
    {
        if (await HasCallsAsync(path, intents, cancellationToken).ConfigureAwait(false))
        {
            return await CallFile.ReadAsync(path, intents, cancellationToken).ConfigureAwait(false);
        }

        return await CompletionsAsync(path, task, cancellationToken).ConfigureAwait(false);
    }
}
