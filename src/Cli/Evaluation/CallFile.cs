using Understudy.Cli.Datasets;
using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Evaluation;

/// <summary>Reads requests with an intent and BIO tags; a line that cannot be used is kept apart with the reason.</summary>
internal static class CallFile
{
    /// <exception cref="Shell.CommandFailedException">There is no such file.</exception>
    public static async Task<(IReadOnlyList<CallRecord> Records, LabelledData Malformed)> ReadAsync(string path, IReadOnlyList<string> intents, CancellationToken cancellationToken)
    {
        List<CallRecord> records = [];
        List<QuarantinedLine> malformed = [];
        await using var stream = LabelledFile.Open(path);
        await foreach (var line in DatasetReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            var problem = line.Problem;
            if (line.Record is { } record && (problem = Missing(record, intents)) is null)
            {
                try
                {
                    records.Add(new(record.Text!, FunctionCall.FromTags(record.Text!, record.Label!, record.Slots!)));
                }
                catch (FormatException error)
                {
                    problem = error.Message;
                }
            }

            if (problem is not null)
            {
                malformed.Add(new(line.Number, problem, line.Raw));
            }
        }

        return (records, new([], malformed));
    }

    private static string? Missing(DatasetRecord record, IReadOnlyList<string> intents) =>
        string.IsNullOrWhiteSpace(record.Text) ? "the line has no field 'text'. Add the request."
        : record.Slots is null ? "the line has no field 'slots'. Add one BIO tag for each word."
        : record.Label is null || !intents.Contains(record.Label) ? $"label '{record.Label}' is not one of the task's intents: {string.Join(", ", intents)}. Correct it."
        : null;
}
