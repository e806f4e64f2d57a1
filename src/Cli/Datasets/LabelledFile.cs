using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Datasets;

/// <summary>Reads a JSONL file of texts with labels; a line that cannot be used is kept apart with the reason.</summary>
internal static class LabelledFile
{
    /// <param name="path">The file.</param>
    /// <param name="labels">The labels that are known, or <see langword="null"/> when any will do.</param>
    /// <param name="cancellationToken">Heard between reads.</param>
    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public static async Task<LabelledData> ReadAsync(string path, IReadOnlySet<string>? labels, CancellationToken cancellationToken)
    {
        List<LabelledRecord> records = [];
        List<QuarantinedLine> malformed = [];
        await using var stream = Open(path);
        await foreach (var line in DatasetReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if ((line.Problem ?? Problem(line.Record!, labels)) is { } problem)
            {
                malformed.Add(new(line.Number, problem, line.Raw));
            }
            else
            {
                records.Add(new(line.Record!.Id ?? $"line-{line.Number}", line.Record.Text!, line.Record.Label!) { HasId = line.Record.Id is not null });
            }
        }

        return new(records, malformed);
    }

    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public static FileStream Open(string path) =>
        File.OpenRead(InputFile.Existing(path, "Name a JSONL file, one record a line, such as {\"text\":\"…\",\"label\":\"…\"}."));

    private static string? Problem(DatasetRecord record, IReadOnlySet<string>? labels)
    {
        if (record.Text is null)
        {
            return "the line has no field 'text'; classification needs one. Add it.";
        }

        if (string.IsNullOrWhiteSpace(record.Label))
        {
            return "the line has no field 'label'. Add the right answer or remove the line.";
        }

        return labels?.Contains(record.Label) == false ? $"label '{record.Label}' is not one of the task's labels. Correct it, or make the task anew with it." : null;
    }
}
