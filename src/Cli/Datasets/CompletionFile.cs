using Understudy.Inference.Datasets;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Datasets;

/// <summary>Reads a JSONL file of texts with their answers; a line that cannot be used is kept apart with the reason.</summary>
internal static class CompletionFile
{
    /// <param name="isJson">Whether answers are JSON, as a task's schema says.</param>
    /// <param name="problem">Finds what is wrong with a record, beyond its fields; null for nothing.</param>
    /// <exception cref="Shell.CommandFailedException">There is no such file.</exception>
    public static async Task<(IReadOnlyList<CompletionRecord> Records, LabelledData Malformed)> ReadAsync(
        string path, bool isJson, Func<CompletionRecord, string?>? problem, CancellationToken cancellationToken)
    {
        List<CompletionRecord> records = [];
        List<QuarantinedLine> malformed = [];
        await using var stream = LabelledFile.Open(path);
        await foreach (var line in DatasetReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            var record = CompletionRecord.Read(line, isJson, out var reason);
            reason ??= problem?.Invoke(record!);
            if (reason is null)
            {
                records.Add(record!);
            }
            else
            {
                malformed.Add(new(line.Number, reason, line.Raw));
            }
        }

        return (records, new([], malformed));
    }
}
